// Ways through the console: `node walk.mjs WAY`. The last line printed is a JSON object of what was done.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DESK, PHONE, at, begin, sitDown, stationTime } from './person.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** From the printed link to a heard bulletin and a downloaded report. LOA_FILE is the recording to air. */
async function newcomer(page) {
  await begin(page, 'pulseaudio:line');

  await page.getByRole('link', { name: 'Kho âm thanh' }).click();
  await page.getByLabel('Tệp âm thanh').setInputFiles(process.env.LOA_FILE);
  // With a script it goes up as soon as it is chosen.
  await page.getByText(/^Đã nhận/).waitFor();

  // Time enough to write it in and to arm it.
  const { instant, date, time } = stationTime(45);
  await page.goto(at(`/lich/${date}`));
  await page.getByRole('link', { name: 'Thêm tiết mục theo giờ' }).click();
  await page.getByLabel('Tên tiết mục').fill('Kết quả cải cách hành chính');
  await page.getByLabel('Chọn từ kho').selectOption({ label: `${date.slice(0, 7)}/cchc-ket-qua.mp3` });
  await page.getByLabel(/^Các giờ/).fill(time);
  await page.locator('button#luu').click();
  await page.getByText(time).first().waitFor();

  await page.getByRole('link', { name: 'Trên sóng' }).click();
  const today = page.locator('#hom-nay');
  await today.getByText('Kết quả cải cách hành chính').waitFor();
  await today.locator('li, tr', { hasText: 'Kết quả cải cách hành chính' }).getByText('Đã phát').waitFor({ timeout: 120_000 });

  await page.getByRole('link', { name: 'Báo cáo' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: /docx/ }).click();
  const report = `${process.env.LOA_HOME}/tai-ve.docx`;
  await (await download).saveAs(report);
  return { planned: instant.toISOString(), report };
}

/** Each page, wide and narrow, light and dark: what axe finds against WCAG 2.2 AA, and whether it needs scrolling aside. */
async function axe(page) {
  await begin(page);
  const { date } = stationTime(0);
  const month = date.slice(0, 7);
  const paths = [
    '/', '/khan-cap', '/lich', `/lich/${date}`, `/lich/${date}/tiet-muc`, `/lich/${date}/buoi-them`, `/lich/${month}/toml`,
    '/kho', '/nhat-ky', '/bao-cao', '/dai', '/dai/tep', '/dai/tai-khoan', '/dai/kham', '/dang-nhap',
  ];
  const pages = [];
  for (const path of paths) {
    for (const [size, viewport] of [['desk', DESK], ['phone', PHONE]]) {
      for (const colorScheme of ['light', 'dark']) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const answer = await page.goto(at(path));
        if (!answer.ok()) throw new Error(`${path}: ${answer.status()}`);
        // Not as a script of the page: it lets none in.
        await page.evaluate(AXE);
        const found = await page.evaluate((tags) => globalThis.axe.run({ runOnly: tags }), WCAG);
        const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3).join(' ')}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        if (process.env.LOA_LOOK) {
          const name = path.replaceAll('/', '_').replace(/^_$/, '_tren-song');
          await page.screenshot({ path: `${process.env.LOA_LOOK}/${name}-${size}-${colorScheme}.png`, fullPage: true });
        }
        pages.push({ page: `${path} ${size} ${colorScheme}`, violations, wider_than_its_window: wide });
      }
    }
  }
  return { pages };
}

const ways = { newcomer, axe };
const { browser, page } = await sitDown();
try {
  const noted = await ways[process.argv[2]](page);
  console.log(JSON.stringify(noted));
} catch (error) {
  console.log(`${page.url()}: ${error.message}`.replaceAll('\n', ' '));
  if (process.env.LOA_LOOK) await page.screenshot({ path: `${process.env.LOA_LOOK}/broken.png`, fullPage: true });
  process.exitCode = 1;
} finally {
  await browser.close();
}
