// Opens the provider's card-registration window. Card data is typed there and never seen by this page.
import { loadTossPayments } from "/lib/tosspayments-sdk/index.esm.js";

const panel = document.getElementById("register");
const button = panel.querySelector("button");
const status = document.getElementById("register-status");

// The texts come with the page, in its language; codes without a text of their own get the general one.
const textFor = (code) => panel.querySelector(`template[data-code="${CSS.escape(code ?? "")}"]`) ?? panel.querySelector('template[data-code=""]');
const show = (template) => status.replaceChildren(template.content.cloneNode(true));

async function register() {
  if (button.disabled) {
    return;
  }

  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  status.replaceChildren();
  try {
    const toss = await loadTossPayments(panel.dataset.clientKey, { src: panel.dataset.sdkUrl });
    // Resolves only when nothing happened; success and failure leave this page for the return addresses.
    await toss.payment({ customerKey: panel.dataset.customerKey }).requestBillingAuth({
      method: "CARD",
      successUrl: new URL(panel.dataset.successPath, location.origin).href,
      failUrl: new URL(panel.dataset.failPath, location.origin).href,
    });
  } catch (error) {
    // The code alone: the SDK's message is in its own language and meant for developers.
    show(textFor(error?.code));
    ready();
  }
}

function ready() {
  button.disabled = false;
  button.removeAttribute("aria-busy");
}

button.addEventListener("click", register);
// Coming back with the browser's back button shows the page as it was left: with the button off.
window.addEventListener("pageshow", ready);
ready();
