// Presses the one button of the confirm page, so that nobody has to. Without this script the button is pressed by hand.
const form = document.getElementById("confirm");
const button = form.querySelector("button");

form.addEventListener("submit", () => {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
}, { once: true });

const submit = () => form.requestSubmit();

// A browser that prepares a page ahead of a visit runs its scripts. Nobody has come yet, so nothing may be sent.
if (document.prerendering) {
  document.addEventListener("prerenderingchange", submit, { once: true });
} else {
  submit();
}
