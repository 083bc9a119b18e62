// Coming in: check 41, with the virtual device that Chromium has for Web Authentication.
import { PASSWORD, holds } from "../story.mjs";

export default [
  {
    number: 41,
    title: "a passkey is added, signs in, proves again who somebody is, and ends",
    async run({ house, chromium }) {
      // Browsers have passkeys for names, and for `localhost` without HTTPS.
      const port = new URL(house.url).port;
      await house.down();
      await house.up("--public-url", `http://localhost:${port}`);
      const context = await chromium.newContext();
      const page = await context.newPage();
      const device = await inItsPocket(context, page);
      const open = (path) => page.goto(`http://localhost:${port}${path}`, { waitUntil: "load" });
      const problem = page.locator("[data-passkey-problem]");

      await open("/sign-in");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await problem.waitFor();
      holds(/it has none for this house/.test(await problem.textContent()), `without a passkey: ${await problem.textContent()}`);
      await page.getByLabel("E-mail address").fill("olga@example.org");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();

      await open("/settings");
      await page.getByLabel("Name of this device").fill("My phone");
      await page.getByRole("button", { name: "Add a passkey" }).click();
      await page.getByText("You can sign in with this device’s passkey from now on.").waitFor();
      await page.locator("#passkeys li", { hasText: "My phone" }).waitFor();
      holds((await device.keys()).length === 1, "the device holds one key");
      await page.getByLabel("Name of this device").fill("Again");
      await page.getByRole("button", { name: "Add a passkey" }).click();
      await page.getByText("This device has a passkey for this house already.").waitFor();
      holds((await device.keys()).length === 1, "it holds one still");

      await page.getByRole("button", { name: "Sign out" }).first().click();
      await open("/sign-in?next=/history");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.waitForURL((url) => url.pathname === "/history");
      await open("/prove?next=/settings");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.waitForURL((url) => url.pathname === "/settings");

      // A device that somebody else holds does not open it.
      await device.knowsItsOwner(false);
      await open("/prove?next=/settings");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await problem.waitFor();
      await device.knowsItsOwner(true);

      await open("/settings");
      await page.locator("#passkeys").getByRole("button", { name: "End" }).click();
      await page.getByText("The passkey no longer works here.").waitFor();
      await page.getByRole("button", { name: "Sign out" }).first().click();
      await open("/sign-in");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.getByText("This passkey is not known here.").waitFor();
    },
  },
];

/** Gives the page a device that holds passkeys and knows its owner. */
async function inItsPocket(context, page) {
  const chrome = await context.newCDPSession(page);
  await chrome.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await chrome.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    keys: async () => (await chrome.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    knowsItsOwner: (isUserVerified) => chrome.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}
