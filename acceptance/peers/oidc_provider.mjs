// What oidc.sh serves: the certified oidc-provider on this machine, with one client and its own login page for trials. Knows
// nothing of the house.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, port, back, secret] = process.argv.slice(2);
const found = createRequire(`${modules}/package.json`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found).href);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "print", client_secret: secret, redirect_uris: [back], response_types: ["code"], grant_types: ["authorization_code"] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  pkce: { required: () => true },
  // Everybody who signs in there has a name and an address, for whoever asks for them.
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `The name of ${id}`, email: `${id}@elsewhere.example`, email_verified: true }) }),
});
// Its own page for trials would fetch a font from elsewhere.
provider.use(async (context, next) => {
  await next();
  if (typeof context.body === "string") context.body = context.body.replace(/@import url\([^)]*\);?/g, "");
});
provider.listen(Number(port), "127.0.0.1");
process.stdin.resume().on("end", () => process.exit(0));
