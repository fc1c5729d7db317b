// Ways through the console: `node walk.mjs WAY`. The last line printed is a JSON object of what was done.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DESK, PHONE, at, begin, dropFile, enter, sitDown, stationTime } from './person.mjs';
import { paper, phone, refused, unanswered } from './answers.mjs';
import { pictures } from './pictures.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** What the colours alone decide: a page differs in nothing else by day and by night. */
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/**
 * From the printed link to a heard bulletin and a downloaded report, by what the pages lead to and by no address that is typed:
 * the way of README and docs/huong-dan/phat-lan-dau.md. LOA_FILE is the recording to air.
 */
async function newcomer(page) {
  const station = 'Đài truyền thanh phường Mới';
  await begin(page, 'pulseaudio:line', station);
  await page.locator('.brand').getByText(station).waitFor();
  const step = async (name) => {
    if (new URL(page.url()).pathname !== '/dai/buoc-dau') {
      await page.getByRole('link', { name: 'Đài', exact: true }).click();
      await page.getByRole('link', { name: 'Bước đầu' }).click();
    }
    await page.getByRole('link', { name }).click();
    // A person sees the page before they touch it; its script has come by then.
    await page.waitForLoadState('load');
  };

  await step('Phát âm thử');
  await page.getByRole('button', { name: 'Phát âm thử' }).click();
  // On air, or still on its way there where the machine is busy: the log says what became of it.
  await page.getByText(/Đã yêu cầu phát “Âm thử”/).first().waitFor();

  await step('Tải bản ghi lên');
  await page.getByLabel('Tệp âm thanh').setInputFiles(process.env.LOA_FILE);
  // With a script it goes up as soon as it is chosen.
  await page.getByText(/^Đã nhận/).waitFor();

  // Time enough to write it in and to arm it.
  const { instant, date, time } = stationTime(45);
  await step('Xếp lịch tháng này');
  await page.locator(`.day a[href="/lich/${date}"]`).click();
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

/** In the page: fields beside each other that do not stand in one line, whatever their names take. */
function unevenFields() {
  const uneven = [];
  for (const row of document.querySelectorAll('.grid-fields, .fields, .drop-fields, .pair')) {
    const lines = new Map();
    for (const label of row.querySelectorAll(':scope > label:not(.check)')) {
      const field = label.querySelector('input, select, textarea');
      if (!field || !field.checkVisibility()) continue;
      const line = Math.round(label.getBoundingClientRect().top);
      lines.set(line, [...lines.get(line) ?? [], [field.name, Math.round(field.getBoundingClientRect().top)]]);
    }
    for (const fields of lines.values()) {
      const tops = fields.map(([, top]) => top);
      if (Math.max(...tops) - Math.min(...tops) > 1) uneven.push(fields.flat().join(' '));
    }
  }
  return uneven;
}

/** Each page, wide and narrow, light and dark: what axe finds against WCAG 2.2 AA, and whether it needs scrolling aside. */
async function axe(page) {
  await begin(page);
  const { date } = stationTime(0);
  const month = date.slice(0, 7);
  const paths = [
    '/', '/khan-cap', '/lich', `/lich/${date}`, `/lich/${date}/tiet-muc`, `/lich/${date}/buoi-them`, `/lich/${month}/toml`,
    `/lich/${month}/muc/khung-gio`, `/lich/${month}/muc/ngay-khac/dong`, '/dai/muc', '/dai/muc/khung-gio/dong', '/dai/muc/can-cu',
    '/dai/muc/can-cu/dong', '/dai/muc/chi-tieu', '/dai/muc/bao-tin', '/dai/muc/am-luong', '/dai/muc/may-tang-am', '/dai/muc/trang',
    '/kho', '/nhat-ky', '/bao-cao', '/dai', '/dai/buoc-dau', '/dai/tep', '/dai/tai-khoan', '/dai/kham', '/dang-nhap',
  ];
  const pages = [];
  for (const path of paths) {
    await page.emulateMedia({ colorScheme: 'light' });
    const answer = await page.goto(at(path));
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()}`);
    // Not as a script of the page: it lets none in.
    await page.evaluate(AXE);
    for (const [size, viewport] of [['desk', DESK], ['phone', PHONE]]) {
      for (const [colorScheme, runOnly] of [['light', WCAG], ['dark', COLOURS]]) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const found = await page.evaluate((asked) => globalThis.axe.run({ runOnly: asked }), runOnly);
        const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3).join(' ')}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
        const uneven = await page.evaluate(unevenFields);
        if (process.env.LOA_LOOK) {
          const name = path.replaceAll('/', '_').replace(/^_$/, '_tren-song');
          await page.screenshot({ path: `${process.env.LOA_LOOK}/${name}-${size}-${colorScheme}.png`, fullPage: true });
        }
        pages.push({ page: `${path} ${size} ${colorScheme}`, violations, wider_than_its_window: wide, uneven });
      }
    }
  }
  return { pages };
}

/** A segment of today at another time. */
async function moves(page) {
  await begin(page, 'pulseaudio:line');
  const { instant, date, time } = stationTime(25);
  await page.goto(at(`/lich/${date}`));
  await page.getByRole('link', { name: /^Sửa: Bản tin/ }).click();
  await page.getByLabel(/^Các giờ/).fill(time);
  await page.getByText('Lưu được').waitFor();
  await page.locator('button#luu').click();
  await page.getByText(time).first().waitFor();
  await page.getByRole('link', { name: 'Trên sóng' }).click();
  const row = page.locator('#hom-nay li', { hasText: 'Bản tin' });
  await row.getByText('Đã phát').waitFor({ timeout: 120_000 });
  return { planned: instant.toISOString() };
}

/** An emergency while a bulletin is on air. LOA_FILE is what it says. */
async function emergency(page) {
  await begin(page, 'pulseaudio:line');
  await page.getByRole('link', { name: 'Trên sóng' }).click();
  const onAir = page.locator('#dang-phat');
  // Who is about to order one meanwhile sees what it would cut by then.
  const second = await page.context().newPage();
  await second.goto(at(`/khan-cap/xem?what=${process.env.LOA_FILE}&ordered_by=Binh&repeat=1&every_minutes=10`));
  const cuts = second.locator('#khan-cap-cat');
  await cuts.getByText('không cắt gì').waitFor();
  const row = (of) => of.locator('.entry, .items li', { hasText: 'ban-tin-dai' });
  // Opened while nothing is of record yet: they look again by themselves.
  const beside = [];
  for (const path of ['/nhat-ky', `/lich/${stationTime(0).date}`]) {
    const one = await page.context().newPage();
    await one.goto(at(path));
    beside.push(one);
  }
  await page.bringToFront();
  await page.locator('#phat-tep').fill('ban-tin-dai.wav');
  await page.locator('button#phat').click();
  await onAir.locator('progress').waitFor();
  // The log and the day's plan say what is on air too. Meanwhile the street hears some of the bulletin.
  await cuts.getByText(/^cắt “ban-tin-dai” đang phát/).waitFor();
  await second.close();
  for (const one of beside) await row(one).locator('.badge.live', { hasText: 'Đang phát' }).waitFor();
  const [log] = beside;
  await row(log).locator('summary').click();
  await page.locator('#khan-cap').click();
  await page.locator('#khan-cap-tep').fill(process.env.LOA_FILE);
  await page.getByLabel('Người ra lệnh').fill('Trần Văn Bình, Phó Chủ tịch');
  await page.getByRole('button', { name: 'Tiếp tục' }).click();
  await page.getByRole('button', { name: 'Phát khẩn cấp' }).click();
  await onAir.getByText('Khẩn cấp', { exact: true }).waitFor();
  // They say so when it is no more, by themselves, and what was opened stays open.
  for (const one of beside) await row(one).locator('.badge', { hasText: 'Phát dở' }).waitFor();
  const open = await row(log).getAttribute('open') !== null && await row(log).locator('.badge.live').count() === 0;
  await page.locator('#hom-nay li', { hasText: /bao-so-3/ }).getByText('Đã phát').waitFor({ timeout: 60_000 });
  return { open };
}

/** A recording dropped, a bad one refused, the good one approved, and that taken back. LOA_FILE is the recording. */
async function library(page) {
  await begin(page);
  await page.getByRole('link', { name: 'Kho âm thanh' }).click();
  await dropFile(page, '#tai-len', 'Bản tin mới.mp3', readFileSync(process.env.LOA_FILE));
  const sent = page.locator('#dang-tai');
  const month = stationTime(0).date.slice(0, 7);
  await sent.getByText(`Đã nhận audio/${month}/Bản tin mới.mp3.`).waitFor();
  // The list shows it without being loaded anew.
  const row = page.locator('#danh-sach').getByRole('link', { name: 'Bản tin mới.mp3' });
  await row.waitFor();
  await dropFile(page, '#tai-len', 'Không phải tiếng.mp3', Buffer.from('xin chào'.repeat(999)));
  await sent.locator('.bad', { hasText: 'Không phải tiếng.mp3' }).getByRole('button', { name: 'Thử lại' }).waitFor();
  await row.click();
  await page.getByRole('button', { name: 'Duyệt bản ghi này' }).click();
  await page.getByText('Đã duyệt đúng bản này').waitFor();
  const approved = readFileSync(`${process.env.LOA_HOME}/schedules/${month}.toml`, 'utf8');
  await page.goto(at(`/lich/${month}`));
  await page.getByText('duyệt “Bản tin”').waitFor();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.getByText(/đã hoàn tác/i).waitFor();
  return { approved };
}

/** Two windows with the same segment's form; both save. */
async function editors(page) {
  await begin(page);
  const { date } = stationTime(0);
  const other = await (await page.context().browser().newContext({ viewport: DESK, locale: 'vi-VN' })).newPage();
  await enter(other);
  for (const one of [page, other]) await one.goto(at(`/lich/${date}/tiet-muc?id=tin`));
  await page.getByLabel('Tên tiết mục').fill('Bản tin sáng');
  await page.locator('button#luu').click();
  await page.getByText(/đã lưu/i).waitFor();
  // What few fill in is folded up until somebody does.
  await other.getByText('Người làm, nơi phối hợp, người nghe').click();
  await other.getByLabel('Biên tập').fill('Lan');
  await other.locator('button#luu').click();
  await other.getByText('Có người vừa sửa tháng này').waitFor();
  await other.getByText(/vừa lưu: sửa/).waitFor();
  await other.getByRole('button', { name: 'Áp thay đổi của tôi lên bản mới' }).click();
  await other.getByText(/đã lưu/i).waitFor();
  return {};
}

/** The page while the station is silent, and while it is gone. LOA_PID is the daemon, LOA_PROGRAM what starts it anew. */
async function lost(page) {
  await begin(page, 'null');
  await page.getByRole('link', { name: 'Trên sóng' }).click();
  const told = page.locator('#lien-lac').getByText('Mất liên lạc với đài');
  const clock = page.locator('#dong-ho time');
  // Before the first event has come the clock is the page's own, and right.
  await page.route('**/tren-song/luong', () => {});
  const from = stationTime(0).instant;
  await page.goto(at('/'));
  const shown = await clock.textContent();
  await page.waitForFunction((old) => document.querySelector('#dong-ho time').textContent !== old, shown);
  const early = await clock.textContent();
  const first = { from, early: `${stationTime(0).date}T${early}`, to: new Date() };
  await page.unroute('**/tren-song/luong');
  await page.goto(at('/'));
  const ticks = async () => {
    const before = await clock.textContent();
    await page.waitForFunction((old) => document.querySelector('#dong-ho time').textContent !== old, before);
  };
  await ticks();
  // Every page with orders: the two steps of an emergency, and the station's with its tone.
  const context = page.context();
  const [first_step, second_step, station] = [await context.newPage(), await context.newPage(), await context.newPage()];
  await first_step.goto(at('/khan-cap'));
  await second_step.goto(at('/khan-cap'));
  await second_step.locator('#khan-cap-tep').fill('nhac-hieu.flac');
  await second_step.locator('#khan-cap-nguoi').fill('Trần Văn Bình');
  await second_step.locator('#khan-cap-tiep').click();
  await second_step.locator('#khan-cap-phat').waitFor();
  await station.goto(at('/dai'));
  const watched = [page, first_step, second_step, station];
  const orders = async () => {
    const all = await Promise.all(watched.map((one) => one.locator('form[data-order] button[type=submit]')
      .evaluateAll((buttons) => buttons.map((button) => [button.id, !button.disabled]))));
    return Object.fromEntries(all.flat());
  };
  const everywhere = (state) => Promise.all(watched.map((one) => one.locator('#lien-lac').getByText('Mất liên lạc với đài').waitFor({ state })));
  const before = await orders();
  const pid = Number(process.env.LOA_PID);
  process.kill(pid, 'SIGSTOP');
  await everywhere('visible');
  const while_silent = await page.locator('body.lost').count() === 1;
  const barred = await orders();
  const way = await first_step.locator('#lien-lac').getByText('loa emergency').count() === 1;
  process.kill(pid, 'SIGCONT');
  await everywhere('detached');
  const after = await orders();
  for (const one of watched.slice(1)) await one.close();
  await ticks();
  // A page without orders that shows what is on air.
  await page.locator('#phat-tep').fill('ban-tin-dai.wav');
  await page.locator('button#phat').click();
  await page.locator('#dang-phat progress').waitFor();
  const log = await context.newPage();
  await log.goto(at('/nhat-ky'));
  const badge = log.locator('.entry', { hasText: 'ban-tin-dai' }).locator('.badge');
  await badge.getByText('Đang phát').waitFor();
  process.kill(pid, 'SIGKILL');
  await told.waitFor();
  const banner = log.locator('main > .notice.error');
  await banner.waitFor();
  const old = await banner.textContent();
  const while_gone = await page.locator('body.lost').count() === 1;
  const again = spawn(process.env.LOA_PROGRAM, ['--home', process.env.LOA_HOME, 'run'], { stdio: 'ignore' });
  try {
    await told.waitFor({ state: 'detached' });
    await ticks();
    await banner.waitFor({ state: 'detached' });
    await badge.getByText('Gián đoạn').waitFor();
  } finally {
    again.kill('SIGKILL');
  }
  return { while_silent, while_gone, old, first, orders: { before, barred, after, way } };
}

/** What is filled in and not sent, over a change of the language and of the colours, while another tab has the same form. */
async function unsent(page) {
  await begin(page);
  const form = `/lich/${stationTime(0).date}/tiet-muc`;
  const other = await page.context().newPage();
  for (const one of [page, other]) await one.goto(at(form));
  const values = (one) => one.evaluate(() => {
    const [title, weekly, genre] = ['[name="title"]', '[name="lich"][value="thu"]', '[name="genre"]'].map((field) => document.querySelector(field));
    return [document.documentElement.lang, title.value, weekly.checked, genre.value, genre.closest('details')?.open ?? true];
  });
  const changes = async (where, button) => {
    await page.locator('details.account > summary').click();
    await page.locator(`form[action="${where}"]`).getByRole('button', { name: button }).click();
  };
  await page.locator('[name="title"]').fill('Tin “nóng” & mới');
  await page.locator('[name="lich"][value="thu"]').check();
  await page.locator('[name="genre"]').evaluate((field) => { field.closest('details')?.setAttribute('open', ''); });
  await page.locator('[name="genre"]').selectOption('tin');
  await changes('/tieng', 'English');
  await page.locator('html[lang="en"]').waitFor();
  const english = await values(page);
  // What looks at it while it is typed looks at it again.
  await page.locator('#ket-qua > *').first().waitFor();
  await changes('/mau', 'Dark');
  await page.locator('html[data-theme="dark"]').waitFor();
  const dark = await values(page);
  await other.reload();
  const beside = await values(other);
  await page.goto(at(form));
  const anew = await values(page);
  // A link beside the form does not lose it unasked; the one that gives it up does.
  await page.locator('[name="title"]').fill('Sắp mất');
  const asked = [];
  const stays = async (dialog) => { asked.push(dialog.type()); await dialog.dismiss(); };
  await Promise.all([page.waitForEvent('dialog').then(stays), page.getByRole('link', { name: 'Library' }).click()]);
  const left = async () => [new URL(page.url()).pathname === form, await page.locator('[name="title"]').inputValue()];
  const kept = { asked, left: await left() };
  page.on('dialog', (dialog) => { asked.push(`${dialog.type()} again`); dialog.accept(); });
  await page.getByRole('link', { name: 'Back, change nothing' }).click();
  await page.waitForURL((url) => url.pathname !== form);
  page.removeAllListeners('dialog');
  // Nor does another button of the page: what is asked is answered no, and all is still there.
  await page.goto(at('/dai'));
  await page.locator('#cau-hinh [name="parent"]').fill('UBND phường Bình An');
  page.once('dialog', (dialog) => { asked.push(dialog.type()); dialog.dismiss(); });
  await page.locator('form[action="/dai/duong-loa"] button').first().click();
  kept.beside = await page.locator('#cau-hinh [name="parent"]').inputValue();
  // What cannot be kept is asked about first.
  await page.goto(at('/dai/tai-khoan'));
  const account = () => page.evaluate(() => ['ten', 'mat_khau'].map((name) => document.querySelector(`#tai-khoan-moi [name="${name}"]`).value));
  await page.locator('#tai-khoan-moi [name="ten"]').fill('Lan');
  await page.locator('#tai-khoan-moi [name="mat_khau"]').fill('mười hai con giáp');
  page.once('dialog', (asked) => asked.dismiss());
  await changes('/tieng', 'Tiếng Việt');
  const stayed = await account();
  page.once('dialog', (asked) => asked.accept());
  await page.locator('form[action="/tieng"] button').click();
  await page.locator('html[lang="vi"]').waitFor();
  const changed = await account();
  return { english, dark, beside, anew, kept, stayed, changed };
}

const ways = { newcomer, axe, moves, emergency, library, editors, lost, unsent, paper, phone, refused, unanswered, pictures };
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
