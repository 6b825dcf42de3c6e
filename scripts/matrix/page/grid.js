// Moves the focus among the buttons of a table by arrow keys: it is one stop of the Tab key.

/** Makes a table such a grid; call `refresh` of what it gives when its rows have changed. */
export function makeGrid(table) {
  let column = 0;
  let current = null;

  const rows = () =>
    [...table.querySelectorAll('tr')].filter((row) => !row.hidden && stops(row)[0]);
  const stops = (row) => [...row.querySelectorAll('button')];

  /** Leaves one button of the table within reach of the Tab key. */
  const refresh = () => {
    const all = rows().flatMap(stops);
    const next = all.includes(current) ? current : all[0];
    for (const button of all) button.tabIndex = button === next ? 0 : -1;
    current = next ?? null;
  };

  const go = (button) => {
    if (button === undefined) return;
    button.focus();
    button.scrollIntoView({ block: 'nearest' });
  };

  table.addEventListener('focusin', ({ target }) => {
    if (target.tagName !== 'BUTTON') return;
    if (current) current.tabIndex = -1;
    current = target;
    current.tabIndex = 0;
  });

  table.addEventListener('keydown', (event) => {
    const row = event.target.closest('tr');
    if (row === null || event.target.tagName !== 'BUTTON') return;
    const all = rows();
    const [at, here] = [all.indexOf(row), stops(row)];
    const place = here.indexOf(event.target);
    const sideways = (to) => {
      column = to;
      go(here[to]);
    };
    const vertically = (to) => {
      const buttons = to === undefined ? [] : stops(to);
      if (here.length > 1) column = place;
      go(buttons[Math.min(column, buttons.length - 1)]);
    };
    const moves = {
      ArrowLeft: () => sideways(Math.max(0, place - 1)),
      ArrowRight: () => sideways(Math.min(here.length - 1, place + 1)),
      ArrowUp: () => vertically(all[at - 1]),
      ArrowDown: () => vertically(all[at + 1]),
      Home: () => sideways(0),
      End: () => sideways(here.length - 1),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  });

  return { refresh };
}
