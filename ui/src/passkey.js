// Passkeys: asks the house for a question, the device for the answer, and takes the answer back. A button that does this is
// shown only where the browser can; the password works everywhere.

const ways = {
  // Where the question comes from, where the answer goes, and what of the form goes with it.
  "sign-in": { ask: "/sign-in/passkey", answer: "/sign-in/passkey/answer", of: (form) => ({ next: form.next.value, shared: form.shared.checked }) },
  prove: { ask: "/sign-in/passkey", answer: "/prove/passkey", of: (form) => ({ next: form.next.value }) },
  add: { ask: "/settings/passkeys", answer: "/settings/passkeys/add", of: (form) => ({ name: form.passkey_name.value }) },
};

export function offer(button) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return;
  button.hidden = false;
  button.form.hidden = false;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    // The device makes a key at once, and the house would refuse it without a name.
    if (button.dataset.passkey === "add" && !button.form.reportValidity()) return;
    go(button);
  });
}

async function go(button) {
  const [way, form] = [ways[button.dataset.passkey], button.form];
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  button.disabled = true;
  try {
    const begun = await post(way.ask, {});
    const answer = await ask(button.dataset.passkey, begun.options.publicKey);
    const { next } = await post(way.answer, { ceremony: begun.ceremony, answer: answer.toJSON(), ...way.of(form) });
    location.assign(next);
  } catch (error) {
    problem.textContent = words(error);
    problem.hidden = false;
    button.disabled = false;
  }
}

function ask(way, options) {
  return way === "add"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

class Refused extends Error {}

async function post(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (response.redirected) {
    // Somebody must sign in or prove who they are first.
    location.assign(response.url);
    return new Promise(() => {});
  }
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(said.problem ?? "That did not work. Try again, or use your password.");
  return said;
}

function words(error) {
  if (error instanceof Refused) return error.message;
  if (error.name === "InvalidStateError") return "This device has a passkey for this house already.";
  if (error.name === "NotAllowedError") return "The device gave no passkey: it has none for this house, it took too long, or it was stopped.";
  return "This browser could not ask the device. Use your password.";
}
