/**
 * Shows the page of the kernel matrix in a browser: no errors, no overflow on a phone, filters, all
 * of it by keyboard, nothing from the network. Skipped where there is no Chromium.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatPage } from '../../../scripts/matrix/page.mjs';
import { someResults } from '../../unit/matrix/some-results.js';

const CHROMIUM = '/usr/bin/chromium';
let directory: string;
let browser: Browser;
let page: Page;
let wrong: string[];

const reason = existsSync(CHROMIUM)
  ? undefined
  : `no ${CHROMIUM}: Debian's package chromium has it`;
if (reason !== undefined) process.stderr.write(`skipped the matrix in a browser: ${reason}\n`);

describe.skipIf(reason !== undefined)(`the matrix in a browser ${reason ?? ''}`, () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'overlay2-ref-matrix-'));
    writeFileSync(join(directory, 'index.html'), formatPage(someResults()));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true, force: true });
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    wrong = listen(page);
    await page.goto(`file://${directory}/index.html`);
  });

  afterEach(async () => {
    await page.close();
    expect(wrong).toEqual([]);
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('fits in %i pixels, %s', async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    await page.getByRole('button', { name: 'Open all' }).click();
    await page.getByRole('button', { name: 'fail: a writer is stopped' }).click();

    expect(await rows().count()).toBe(3);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  it('says of a cell what it showed, why, and how that was found out', async () => {
    await page.getByRole('button', { name: 'Open all' }).click();
    await page.getByRole('button', { name: 'not supported: a writer is stopped' }).click();

    const text = await page.locator('#detail').innerText();
    expect(text).toContain('5.10 (5.10.0-46-cloud-amd64)');
    expect(text).toContain('no quota');
    expect(text).toContain('unlink; lstat');
    await page.keyboard.press('Escape');
    expect(await page.locator('#detail').isVisible()).toBe(false);
  });

  it('filters by feature, file system, status, words, kernel and difference', async () => {
    const checks = async (): Promise<readonly string[]> => rows().locator('th').allInnerTexts();
    const quota = 'a writer is stopped xfs (prjquota)';

    await page.getByLabel('Feature').selectOption('mounter');
    expect(await checks()).toEqual(['mounts </script> ext4']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByLabel('File system').selectOption('xfs (prjquota)');
    expect(await checks()).toEqual([quota]);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByLabel('Status').selectOption('fail');
    expect(await checks()).toEqual([quota]);
    await page.getByLabel('6.1', { exact: true }).uncheck();
    expect(await checks()).toEqual([]);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByLabel('Search').fill('0:0');
    expect(await checks()).toEqual(['a deletion is a 0:0 device ext4']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByLabel('only where kernels differ').check();
    expect(await checks()).toHaveLength(2);
  });

  it('shows an older run', async () => {
    await page.getByLabel('Run', { exact: true }).selectOption({ index: 1 });

    expect(await page.locator('#count').innerText()).toBe('1 of 1 checks, 2 kernels');
  });

  it('goes from cell to cell by arrow keys, and is one stop of the Tab key', async () => {
    const focused = async (): Promise<unknown> =>
      page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.textContent');

    await page.getByRole('button', { name: 'Clear filters' }).focus();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('whiteouts');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^not supported: a writer is stopped, xfs \(prjquota\), 5\.10/);
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toMatch(/^fail: a writer is stopped/);
    expect(await page.locator('#detail').innerText()).toContain('expected 122 to be 28');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('mounter');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Close');
  });
});

function rows(): ReturnType<Page['locator']> {
  return page.locator('tr.check');
}

/** Notes errors, messages of the console and requests beyond the page itself. */
function listen(of: Page): string[] {
  const found: string[] = [];
  of.on('console', (message) => found.push(message.text()));
  of.on('pageerror', (error) => found.push(error.message));
  of.on('request', (request) => {
    if (!request.url().startsWith('file:')) found.push(request.url());
  });
  return found;
}
