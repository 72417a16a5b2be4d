// The registration window's own script. Without it the full page still works; inside a frame it is what tells the
// page around us how the registration ended.
(() => {
  'use strict';

  const handOver = document.querySelector('[data-type]');
  if (handOver && window.parent !== window && handOver.dataset.opener) {
    const { opener, flow, type, url, code, message } = handOver.dataset;
    // Only to the origin that opened this window; the browser drops the message when another page frames us.
    window.parent.postMessage({ flow, type, url, code, message }, opener);
    return;
  }

  const field = (name) => document.getElementById(name);
  const number = field('number');
  const expiry = field('expiry');
  const identity = field('identity');
  const digits = (text, length) => text.replace(/\D/g, '').slice(0, length);

  const format = {
    number: (text) => digits(text, 16).replace(/(\d{4})(?=\d)/g, '$1 '),
    expiry: (text) => digits(text, 4).replace(/^(\d{2})(?=\d)/, '$1/'),
    identity: (text) => digits(text, 10),
    password: (text) => digits(text, 2),
    code: (text) => digits(text, 6),
  };
  for (const [name, shape] of Object.entries(format)) {
    const input = field(name);
    if (!input) continue;
    const apply = () => {
      // Rewriting the value moves the caret to the end: only when the person is typing there.
      if (input.selectionStart === input.value.length) input.value = shape(input.value);
    };
    input.addEventListener('input', apply);
    input.value = shape(input.value);
  }

  const identityLabel = document.querySelector('label[for="identity"]');
  const owners = document.querySelectorAll('input[name="owner"][type="radio"]');
  const followOwner = () => {
    for (const owner of owners) {
      if (owner.checked) identityLabel.textContent = owner.dataset.identity;
    }
  };
  for (const owner of owners) owner.addEventListener('change', followOwner);

  for (const button of document.querySelectorAll('[data-card]')) {
    button.addEventListener('click', () => {
      number.value = format.number(button.dataset.card);
      expiry.value = format.expiry(button.dataset.expiry);
      const personal = [...owners].find((owner) => owner.value === 'Personal');
      if (personal) personal.checked = true;
      followOwner();
      const isPersonal = (document.querySelector('input[name="owner"]:checked, input[name="owner"][type="hidden"]')).value === 'Personal';
      identity.value = isPersonal ? '900101' : '1234567890';
      field('password').value = '12';
      button.closest('details').open = false;
      document.querySelector('input[name="agreed"]').focus();
    });
  }

  // Inside a frame, Escape does what it does in any dialog.
  if (window.parent !== window) {
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') document.querySelector('form.cancel')?.requestSubmit();
    });
  }

  // Not on a phone, unless something is wrong: its keyboard would hide half of the form.
  const hasPointer = window.matchMedia('(pointer: fine)').matches;
  (document.querySelector('[aria-invalid="true"]') ?? (hasPointer ? field('code') ?? number : null))?.focus();
})();
