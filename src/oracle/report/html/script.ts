/**
 * What the page does beside showing: copy a command, open and close all faults. Without it the
 * buttons are not there and nothing else is missing.
 *
 * @internal
 */
export const SCRIPT = `
'use strict';
for (const button of document.querySelectorAll('button[hidden]')) button.hidden = false;
const said = document.getElementById('said');
async function copy(button) {
  const code = document.getElementById(button.dataset.copies);
  let done = true;
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    done = document.execCommand('copy');
  }
  button.textContent = done ? 'Copied' : 'Selected: press Ctrl+C';
  said.textContent = button.textContent;
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
}
function toggle(isOpen) {
  for (const details of document.querySelectorAll('article > details')) details.open = isOpen;
}
function show() {
  const target = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
  const details = target === null ? null : target.querySelector('details');
  if (details !== null) details.open = true;
}
document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button === null) return;
  if (button.dataset.copies !== undefined) void copy(button);
  if (button.dataset.opens !== undefined) toggle(button.dataset.opens === 'all');
});
addEventListener('hashchange', show);
show();
`;
