// A person at the station's PC: a real browser, moved as hands move it.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const NAME = 'Nguyễn Thị Bình';
export const PASSWORD = 'loa phường 2026';
/** The station's, and that of who sits there. */
const ZONE = process.env.LOA_ZONE ?? 'Asia/Ho_Chi_Minh';
export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
/** As narrow as a page zoomed to 400 % on a desk, by which WCAG 1.4.10 judges. */
export const NARROW = { width: 320, height: 640 };

/** Drawn by the processor itself, without a graphics card being played by it: that cost as much as the pages. */
const ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-software-rasterizer', '--mute-audio'];

/** Runs the browser behind what sounds. */
const BEHIND = fileURLToPath(new URL('behind.sh', import.meta.url));

/** A window of the system's own browser, by its name on the path. */
export async function sitDown(options = {}) {
  const name = process.env.LOA_BROWSER ?? 'chromium';
  const program = process.env.PATH.split(delimiter).map((dir) => join(dir, name)).find(existsSync);
  const env = { ...process.env, LOA_BROWSER_PROGRAM: program };
  const browser = await chromium.launch({ executablePath: BEHIND, env, args: ARGS });
  const context = await browser.newContext({
    viewport: DESK, locale: 'vi-VN', timezoneId: ZONE, acceptDownloads: true, reducedMotion: 'reduce', ...options,
  });
  // A busy machine takes its time.
  context.setDefaultTimeout(180_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => { throw error; });
  return { browser, page };
}

/** An address of the console. */
export function at(path) {
  return new URL(path, process.env.LOA_LINK).href;
}

/** The first start, by the link that `loa run` printed: station, line and first account. */
export async function begin(page, device, station) {
  await page.goto(process.env.LOA_LINK);
  if (station) await page.getByLabel('Tên đài').fill(station);
  if (device) await page.getByLabel(/^Thiết bị âm thanh/).selectOption(device);
  await page.getByLabel('Họ tên').fill(NAME);
  await page.getByLabel(/^Mật khẩu/).fill(PASSWORD);
  await page.getByLabel('Nhập lại mật khẩu').fill(PASSWORD);
  await page.getByRole('button', { name: 'Bắt đầu dùng' }).click();
  await page.waitForURL((url) => url.pathname === '/dai/buoc-dau');
}

/** Logs in. */
export async function enter(page) {
  await page.goto(at('/dang-nhap'));
  await page.getByLabel('Tên tài khoản').fill(NAME);
  await page.getByLabel('Mật khẩu').fill(PASSWORD);
  await page.locator('button#vao').click();
  await page.waitForURL((url) => url.pathname === '/');
}

/** A file dropped where `selector` is, as from a folder's window, by one who sees the whole page. */
export async function dropFile(page, selector, name, bytes) {
  // What is dropped before the page's script has run is nobody's.
  await page.locator(selector).waitFor();
  await page.waitForLoadState();
  const files = await page.evaluateHandle(([called, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], called));
    return data;
  }, [name, bytes.toString('base64')]);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent(selector, type, { dataTransfer: files });
}

/** The station's wall clock so many seconds from now: its date and its time of day. */
export function stationTime(inSeconds) {
  const instant = new Date(Math.ceil(Date.now() / 1000 + inSeconds) * 1000);
  // Of all forms, Sweden's is that of the files.
  const [date, time] = instant.toLocaleString('sv-SE', { timeZone: ZONE }).split(' ');
  return { instant, date, time };
}
