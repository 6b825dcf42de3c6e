/**
 * Shows the page of a report in a browser: no errors, no overflow on a phone, everything by
 * keyboard, nothing from the network. Skipped where there is no Chromium.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../helpers/cli-streams.js';

const CHROMIUM = '/usr/bin/chromium';
const PAGE_BYTES_MAX = 1024 * 1024;
let directory: string;
let file: string;
let browser: Browser;

const reason = existsSync(CHROMIUM)
  ? undefined
  : `no ${CHROMIUM}: Debian's package chromium has it`;
if (reason !== undefined) process.stderr.write(`skipped the page in a browser: ${reason}\n`);

describe.skipIf(reason !== undefined)(`the page in a browser ${reason ?? ''}`, () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'overlay2-ref-page-'));
    file = join(directory, 'report.html');
    const profiles = ['--profile', 'moby-2019', '--judge-profile', 'strict'];
    const runs = ['--runs', '40', '--seed', '1', '--report', `html=${file}`];
    await runCli(['check', 'builtin:fake', ...profiles, ...runs]);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('shows without errors and fits in %i pixels, %s', async (width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const wrong = listen(page);
    await page.goto(`file://${file}`);
    await page.getByRole('button', { name: 'Open all' }).click();

    expect(await page.locator('article > details[open]').count()).toBeGreaterThan(1);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('is reached by keyboard, every control of it, and folds by it', async () => {
    const page = await browser.newPage();
    await page.goto(`file://${file}`);
    const controls = 'a[href], summary, button, [tabindex="0"]';
    const all = await page.locator(controls).filter({ visible: true }).count();
    const reached = new Set<string>();
    for (let i = 0; i < 2 * all + 10; i += 1) {
      await page.keyboard.press('Tab');
      reached.add(String(await page.evaluate(PLACE)));
    }
    await page.locator('article summary').first().focus();
    const open = page.locator('article > details').first();
    expect(await open.getAttribute('open')).not.toBeNull();
    await page.keyboard.press('Enter');

    expect(reached.size).toBeGreaterThanOrEqual(all);
    expect(await open.getAttribute('open')).toBeNull();
    await page.close();
  });

  it('is a megabyte at most', () => {
    expect(statSync(file).size).toBeLessThanOrEqual(PAGE_BYTES_MAX);
  });
});

/** Where the focus is among all elements. */
const PLACE = `[...document.querySelectorAll('*')].indexOf(document.activeElement)`;

/** Notes errors, messages of the console and requests beyond the page itself. */
function listen(page: Page): readonly string[] {
  const wrong: string[] = [];
  page.on('console', (message) => wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) wrong.push(request.url());
  });
  return wrong;
}
