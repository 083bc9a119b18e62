// Coming in: check 41, with the virtual device that Chromium has for Web Authentication; check 42, by a real OpenID provider.
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
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
      await page.getByText("You can sign in with this device’s passkey from now on.").first().waitFor();
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
      await page.getByText("The passkey no longer works here.").first().waitFor();
      await page.getByRole("button", { name: "Sign out" }).first().click();
      await open("/sign-in");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.getByText("This passkey is not known here.").waitFor();
    },
  },
  {
    number: 42,
    title: "an account elsewhere is connected, signs in, and is no fresh proof",
    async run({ house, chromium }) {
      const provider = await elsewhere(`${house.url}/sign-in/elsewhere/back`);
      try {
        await house.down();
        await house.up("--sign-in-provider", provider.issuer, "--sign-in-client", "print", "--sign-in-secret", provider.secret, "--sign-in-name", "Our school", "--sign-in-own");
        const context = await chromium.newContext();
        const page = await context.newPage();
        const open = (path) => page.goto(`${house.url}${path}`, { waitUntil: "load" });
        const there = async () => {
          await page.waitForURL((url) => url.origin === provider.issuer);
          await page.getByPlaceholder("Enter any login").fill("olga-at-school");
          await page.getByPlaceholder("and password").fill("anything");
          await page.getByRole("button", { name: "Sign-in" }).click();
          await page.getByRole("button", { name: "Continue" }).click();
        };
        await open("/sign-in");
        await page.getByRole("link", { name: "Sign in with Our school" }).click();
        await there();
        await page.getByText("connect your account there under Settings").first().waitFor();
        await context.clearCookies();

        await open("/sign-in");
        await page.getByLabel("E-mail address").fill("olga@example.org");
        await page.getByLabel("Password").fill(PASSWORD);
        await page.getByRole("button", { name: "Sign in", exact: true }).click();
        await open("/settings");
        await page.getByRole("button", { name: "Connect your account at Our school" }).click();
        await page.getByRole("link", { name: "Go on to Our school" }).click();
        await there();
        await page.getByText("Your account there signs you in from now on.").first().waitFor();
        await page.getByRole("button", { name: "Sign out" }).first().click();

        // Whoever is still signed in there comes in here with one press.
        await open("/sign-in?next=/history");
        await page.getByRole("link", { name: "Sign in with Our school" }).click();
        await page.waitForURL((url) => url.origin === house.url && url.pathname === "/history");
        // The provider stands on this machine too, and has cookies of its own.
        const cookies = (await context.cookies(house.url)).filter((cookie) => cookie.name.startsWith("printkeep"));
        holds(cookies.length === 1 && cookies[0].name === "printkeep_session" && cookies[0].expires === -1, `one cookie, until the browser closes: ${JSON.stringify(cookies)}`);
        await open("/settings");
        await page.getByRole("button", { name: "Connect your account at Our school" }).click();
        await page.waitForURL((url) => url.pathname === "/prove");
      } finally {
        provider.end();
      }
    },
  },
];

/** A real OpenID provider on this machine, which sends people back to `back`. */
async function elsewhere(back) {
  const script = new URL("../../../acceptance/peers/oidc.sh", import.meta.url).pathname;
  const done = spawnSync(script, ["install", "strict"], { encoding: "utf8" });
  holds(done.status === 0, done.stderr);
  const port = await free();
  const [issuer, secret] = [`http://127.0.0.1:${port}`, "a-secret-between-two-houses-0123456789"];
  // It ends when its input does.
  const child = spawn(script, ["serve", "strict", String(port), back, secret], { stdio: ["pipe", "ignore", "ignore"] });
  for (let tries = 0; tries < 300; tries++) {
    if (await fetch(`${issuer}/.well-known/openid-configuration`).then((said) => said.ok, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { issuer, secret, end: () => child.stdin.end() };
}

function free() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

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
