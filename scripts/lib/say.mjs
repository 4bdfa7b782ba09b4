// What the launcher tells the terminal: one line per thing done, with the seconds it took.
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (/** @type {number} */ code, /** @type {string} */ text) =>
  colour ? `\u001b[${code}m${text}\u001b[0m` : text;

/** @param {string} text */
export const say = (text) => console.log(`${paint(36, 'maskloop')}  ${text}`);
/** @param {string} text */
export const complain = (text) => console.error(`${paint(31, 'maskloop')}  ${text}`);
/** @param {string} text */
export const bold = (text) => paint(1, text);

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} act
 * @param {string} [before] told first, when it takes so long that silence would worry
 * @returns {Promise<T>}
 */
export async function timed(what, act, before) {
  if (before) say(before);
  const start = performance.now();
  const result = await act();
  say(`${what} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}

/**
 * @param {string} name
 * @param {string} text
 */
export const prefixed = (name, text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${paint(33, name)} | ${line}`)
    .join('\n');
