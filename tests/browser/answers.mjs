// The page when the station does not answer it any more, on a phone, by the keyboard, and on paper.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DESK, NAME, NARROW, PASSWORD, PHONE, at, begin, stationTime } from './person.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const UNCHECKED = 'Chưa kiểm tra được';
const ENDED = 'Phiên đã hết, hãy đăng nhập lại.';

/** The live check and the page On air while the station is silent, and after the session has ended. */
export async function unanswered(page) {
  await begin(page);
  const { date } = stationTime(0);
  const context = page.context();
  const form = await context.newPage();
  await form.goto(at(`/lich/${date}/tiet-muc`));
  await form.getByLabel('Tên tiết mục').fill('Mục đang điền dở');
  await form.locator('#audio').fill('ban-tin.mp3');
  await form.locator('input[name=cach][value=gio]').check();
  await form.getByLabel(/^Các giờ/).fill('10:00');
  const verdict = form.locator('#ket-qua');
  // One that nothing is asked of before it is sent.
  const words = await context.newPage();
  await words.goto(at(`/bao-cao/viet?thang=${date.slice(0, 7)}`));
  await words.locator('[name=next]').fill('Mua máy tăng âm mới');
  const save = words.getByRole('button', { name: 'Lưu lời viết' });
  await verdict.getByText(/^Lưu được/).waitFor();
  const editor = await context.newPage();
  await editor.goto(at(`/lich/${date.slice(0, 7)}/toml`));
  const checked = editor.waitForResponse('**/toml/thu');
  await checked;

  // A network that is away is as one that lets nothing through.
  for (const one of [form, editor]) await one.route('**/thu', (route) => route.abort());
  await form.getByLabel(/^Các giờ/).fill('25:00');
  await editor.locator('#text').press('End');
  await editor.locator('#text').pressSequentially(' #');
  await verdict.getByText(UNCHECKED).waitFor();
  await editor.locator('#ket-qua').getByText(UNCHECKED).waitFor();
  const silent = {
    form: await verdict.locator('.notice.error').count() === 1,
    editor: await editor.locator('#dem .badge').count() === 0,
    old: await verdict.getByText(/^Lưu được/).count() > 0,
  };
  for (const one of [form, editor]) await one.unroute('**/thu');
  await verdict.getByText('25:00').first().waitFor();
  await editor.locator('#ket-qua').getByText(UNCHECKED).waitFor({ state: 'detached' });

  // Logged out in another tab.
  await page.goto(at('/'));
  const other = await context.newPage();
  await other.goto(at('/dai'));
  await other.locator('details.account summary').click();
  await other.locator('#dang-xuat').click();
  await other.waitForURL((url) => url.pathname === '/dang-nhap');
  const told = page.locator('#lien-lac');
  await told.getByText(ENDED).waitFor();
  const on_air = await told.getByRole('link', { name: 'Đăng nhập' }).getAttribute('href');
  await form.getByLabel(/^Các giờ/).fill('11:00');
  await verdict.getByText(ENDED).waitFor();
  // What is sent now would be lost: it stays.
  await form.locator('button#luu').click();
  const stays = new URL(form.url()).pathname === `/lich/${date}/tiet-muc`;
  const said = words.locator('form .notice.ended');
  await save.click();
  await said.getByText(ENDED).waitFor();
  const unsent = [new URL(words.url()).pathname, await words.locator('[name=next]').inputValue()];

  // Logged in again by that way, the form goes on as it was left.
  const [login] = await Promise.all([context.waitForEvent('page'), verdict.getByRole('link', { name: 'Đăng nhập' }).click()]);
  await login.getByLabel('Tên tài khoản').fill(NAME);
  await login.getByLabel('Mật khẩu').fill(PASSWORD);
  await login.locator('button#vao').click();
  await login.waitForURL((url) => url.pathname === `/lich/${date}/tiet-muc`);
  await form.evaluate(() => dispatchEvent(new Event('focus')));
  await verdict.getByText(/^Lưu được/).waitFor();
  const title = await form.getByLabel('Tên tiết mục').inputValue();
  await form.locator('button#luu').click();
  await form.getByText(/đã lưu/i).waitFor();
  await save.click();
  await words.getByText(/Đã ghi phần viết tay/).waitFor();
  const written = await words.locator('[name=next]').inputValue();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await told.getByText(ENDED).waitFor({ state: 'detached' });
  // A link of the list that is no line of the file leads where it says: to the very recording.
  await editor.locator('#ket-qua').getByRole('link', { name: /Kho âm thanh/ }).click();
  await editor.waitForURL((url) => url.pathname === '/kho/tep' && url.searchParams.get('ten') === 'ban-tin.mp3');
  return { silent, answered_again: true, ended: { on_air, form: stays }, title, words: [...unsent, written] };
}

/** A day and a form on a phone: where the focus goes, what is wider than the window, how dates stand. */
export async function phone(page) {
  await begin(page);
  const { date } = stationTime(0);
  await page.setViewportSize(PHONE);
  await page.goto(at(`/lich/${date}`));
  // It is an experimental rule of axe's, and asked for by name.
  await page.evaluate(AXE);
  const rule = { runOnly: { type: 'rule', values: ['label-content-name-mismatch'] }, rules: { 'label-content-name-mismatch': { enabled: true } } };
  const found = await page.evaluate((asked) => globalThis.axe.run(asked), rule);
  const mislabelled = found.violations.flatMap(({ nodes }) => nodes.map((node) => node.html));
  const covered = [];
  for (let n = 0; n < 60; n += 1) {
    await page.keyboard.press('Tab');
    const under = await page.evaluate(() => {
      const has = document.activeElement;
      const bar = document.querySelector('.top nav');
      if (!has || has === document.body || bar.contains(has)) return null;
      const [box, of] = [has.getBoundingClientRect(), bar.getBoundingClientRect()];
      return box.bottom > of.top && box.top < of.bottom ? `${has.textContent.trim()} ${Math.round(box.bottom)}` : null;
    });
    if (under) covered.push(under);
  }
  await page.goto(at(`/lich/${date}/tiet-muc`));
  await page.locator('input[name=lich][value=ngay]').check();
  const lines = await page.locator('.picks.dates .pick > span').evaluateAll((dates) => [...new Set(dates.map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getClientRects().length;
  }))]);
  const heads = await page.locator('.pick-head').allTextContents();
  const emergency = await lookedAt(page);
  const second = new URL(page.url()).pathname + new URL(page.url()).search;
  const wide = [];
  // As narrow as WCAG asks for, and as a window of 800 pixels is that is zoomed to 400 %.
  for (const viewport of [NARROW, { ...NARROW, width: 200 }]) {
    await page.setViewportSize(viewport);
    for (const path of ['/', '/lich', `/lich/${date}`, '/kho', '/nhat-ky', '/bao-cao', '/dai', '/dai/tai-khoan', '/khan-cap', second]) {
      await page.goto(at(path));
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wide.push(`${path} ${viewport.width}`);
    }
  }
  return { covered, mislabelled, lines, heads, wide, emergency };
}

/** The second step of an emergency on a small screen: what has the focus, and whether what is to be decided can be touched there. */
async function lookedAt(page) {
  await page.goto(at('/khan-cap'));
  await page.locator('#khan-cap-tep').fill('ban-tin.mp3');
  await page.locator('#khan-cap-nguoi').fill('Trần Văn Bình');
  await page.locator('#khan-cap-nguoi').press('Enter');
  await page.waitForURL((url) => url.pathname === '/khan-cap/xem');
  // Pressed once more, as by who is not sure that it was taken.
  await page.keyboard.press('Enter');
  const focus = await page.evaluate(() => document.activeElement.id);
  const to_touch = [];
  for (const viewport of [PHONE, NARROW]) {
    await page.setViewportSize(viewport);
    // Not before a second touch that was meant for the step before.
    await page.locator('#khan-cap-phat').click({ trial: true });
    await page.evaluate(() => scrollTo(0, 0));
    to_touch.push(await page.evaluate(() => {
      const { left, right, top, bottom } = document.getElementById('khan-cap-phat').getBoundingClientRect();
      const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)?.closest('button')?.id ?? null;
      // Its words stand in two lines at most.
      return bottom - top < 80 ? found : `${found}, ${bottom - top} high`;
    }));
  }
  return { focus, to_touch, stays: new URL(page.url()).pathname };
}

/** A segment's form by the keyboard, refused, mended, and gone back to. */
export async function refused(page) {
  await begin(page);
  const { date } = stationTime(0);
  await page.goto(at(`/lich/${date}/tiet-muc`));
  await page.getByLabel('Tên tiết mục').fill('Tin gõ phím');
  const audio = page.locator('#audio');
  const from = page.locator('#tu-kho');
  await from.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const passed = await audio.inputValue();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('audio').value !== '');
  const chosen = await audio.inputValue();
  await page.locator('input[name=cach][value=gio]').check();
  await page.getByLabel(/^Các giờ/).fill('25:00');
  await page.locator('#ket-qua').getByText('25:00').first().waitFor();
  await page.locator('button#luu').click();
  await page.waitForURL((url) => url.searchParams.has('giu'));
  const told = () => page.locator('main > .refused').count();
  const as_sent = [await told(), await audio.inputValue()];
  await page.getByLabel(/^Các giờ/).fill('23:59:59');
  await page.locator('#ket-qua').getByText(/^Lưu được/).waitFor();
  const mended = await told();
  await page.locator('button#luu').click();
  await page.waitForURL((url) => url.pathname === `/lich/${date}` && !url.search);
  // The way back leads to pages, and none of them is to be sent again.
  const back = await page.goBack();
  return { passed, chosen, as_sent, mended, back: [back?.status(), back?.request().method()] };
}

/** Pages as they print, from a dark screen. */
export async function paper(page) {
  await begin(page);
  const { date } = stationTime(0);
  const noted = {};
  for (const [name, path] of [['month', `/lich/${date.slice(0, 7)}`], ['day', `/lich/${date}`], ['log', '/nhat-ky'], ['report', '/bao-cao']]) {
    await page.setViewportSize(DESK);
    await page.emulateMedia({ colorScheme: 'dark', media: null });
    await page.goto(at(path));
    if (name === 'report') await page.locator('.sheet[data-ready]').waitFor({ state: 'attached' });
    const bytes = await page.pdf({ preferCSSPageSize: true });
    const sheets = [...bytes.toString('latin1').matchAll(/\/MediaBox\s*\[([^\]]*)\]/g)]
      .map(([, box]) => box.trim().split(/\s+/).slice(2).map((side) => Math.round(side)));
    // As wide as the paper between its margins, in the pixels of print.
    await page.setViewportSize({ width: name === 'month' ? 1047 : 702, height: 900 });
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    noted[name] = { sheets, ...await page.evaluate(() => {
      const seen = (node) => node.checkVisibility() && node.getBoundingClientRect().width > 1;
      const all = [...document.querySelectorAll('body *')].filter(seen);
      const within = document.querySelector('.sheet')?.shadowRoot;
      const lines = within ? [...within.querySelectorAll('p, td, li')] : [];
      return {
        ground: getComputedStyle(document.body).backgroundColor,
        buttons: all.filter((node) => node.matches('button, .button, nav')).map((node) => node.textContent),
        beyond: all.filter((node) => node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.outerHTML.slice(0, 90)),
        station: document.querySelector('.on-paper').checkVisibility() && document.querySelector('.on-paper').textContent,
        frame: document.querySelector('.paper')?.checkVisibility() ?? false,
        last: lines.length > 0 && lines.at(-1).checkVisibility() && lines.at(-1).getBoundingClientRect().height > 0,
      };
    }) };
  }
  return noted;
}
