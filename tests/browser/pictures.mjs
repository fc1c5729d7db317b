// The pages as pictures. LOA_ALL=desk-light,phone-dark: each in those ways, as long as it is.
import { DESK, NARROW, PHONE, at, enter } from './person.mjs';

const DAY = '2027-02-03';
const GUIDE = { width: 1280, height: 860 };
/** The guide's own: name and address. */
const PAGES = {
  'tren-song': '/', 'khan-cap': '/khan-cap', lich: '/lich/2027-02', 'mot-ngay': `/lich/${DAY}`,
  'tiet-muc': `/lich/${DAY}/tiet-muc?id=phong-chay`, 'thu-tu': `/lich/${DAY}/thu-tu?khung=sang`, toml: '/lich/2027-02/toml',
  kho: '/kho', 'ban-ghi': '/kho/tep?ten=2027-02%2Frac-thai.wav', 'nhat-ky': '/nhat-ky', 'bao-cao': '/bao-cao', dai: '/dai',
  'khung-gio': '/dai/muc/khung-gio/dong?dong=0', kham: '/dai/kham', 'tai-khoan': '/dai/tai-khoan',
};
/** Looked at, and not in the guide. */
const MORE = {
  'buoi': `/lich/${DAY}/buoi?khung=sang`, 'buoi-them': `/lich/${DAY}/buoi-them`, 'doi-ngay': `/lich/${DAY}/doi-ngay?id=phong-chay`,
  'chuyen-muc': `/lich/${DAY}/chuyen-muc?id=cchc`, 'tiet-muc-moi': `/lich/${DAY}/tiet-muc`, 'ngay-tet': '/lich/2027-02-05',
  'ngay-thieu': '/lich/2027-02-24', 'thang-sau': '/lich/2027-03', 'dai-tep': '/dai/tep', 'viet': '/bao-cao/viet?thang=2027-02', 'sua': '/nhat-ky/sua',
  'muc': '/dai/muc', 'muc-khung-gio': '/dai/muc/khung-gio', 'muc-khung-gio-moi': '/dai/muc/khung-gio/dong', 'muc-chuyen-muc': '/dai/muc/chuyen-muc',
  'muc-chi-tieu': '/dai/muc/chi-tieu', 'muc-can-cu': '/dai/muc/can-cu', 'muc-bao-tin': '/dai/muc/bao-tin', 'muc-tiep-am': '/dai/muc/trinh-tu/dong?trong=0&loai=relay',
  'muc-am-luong': '/dai/muc/am-luong', 'muc-may-tang-am': '/dai/muc/may-tang-am', 'muc-trang': '/dai/muc/trang', 'muc-quy-dinh': '/dai/muc/quy-dinh',
  'muc-duong-day-nong': '/dai/muc/duong-day-nong/dong?dong=0', 'muc-chu-de': '/dai/muc/chu-de/dong?dong=0', 'muc-ten-goi': '/dai/muc/ten-goi',
  'muc-cach-bao-cao': '/dai/muc/cach-bao-cao', 'muc-ngay-le': '/dai/muc/ngay-le/dong', 'muc-chuyen-muc-mot': '/dai/muc/chuyen-muc/dong?dong=0',
  'viet-khao-sat': '/bao-cao/viet/khao-sat?thang=2027-02', 'viet-mot-cua': '/bao-cao/viet/mot-cua?thang=2027-02',
  'khan-cap-hai': '/khan-cap/xem?ready=khan-cap%2Fbao-so-3.ogg&ordered_by=Tr%E1%BA%A7n%20V%C4%83n%20B%C3%ACnh&repeat=3&every_minutes=10',
  'buoc-dau': '/dai/buoc-dau', 'dong-ho': '/dong-ho', 'dang-nhap': '/dang-nhap', 'nguon': '/bao-cao/nguon?ky=2027-02&nhip=nd09',
  'muc-ngay-khac': '/lich/2027-02/muc/ngay-khac', 'muc-cua-thang': '/lich/2027-02/muc/khung-gio', 'muc-ngay-khac-moi': '/lich/2027-02/muc/ngay-khac/dong',
};

export async function pictures(page) {
  await enter(page);
  // Until the long one is on air.
  await page.locator('#dang-phat').getByText('Phòng cháy').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(12_000);
  const shot = async (name, options = {}) => {
    await page.waitForTimeout(400);
    // Nothing is pointed at, and who speaks is not between two words.
    await page.mouse.move(0, 0);
    await page.waitForFunction(() => (document.querySelector('progress#muc')?.value ?? 60) > 25);
    // The room that is kept for a scroll bar has none in a picture.
    await page.evaluate(() => { document.documentElement.style.scrollbarGutter = 'auto'; });
    await page.screenshot({ path: `${process.env.LOA_LOOK}/${name}.png`, ...options });
  };
  if (process.env.LOA_ALL) {
    for (const [size, viewport] of [['desk', DESK], ['phone', PHONE], ['narrow', NARROW]]) {
      for (const colorScheme of ['light', 'dark']) {
        if (!process.env.LOA_ALL.includes(`${size}-${colorScheme}`)) continue;
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        for (const [name, path] of Object.entries({ ...PAGES, ...MORE })) {
          await page.goto(at(path));
          await shot(`${name}-${size}-${colorScheme}`, { fullPage: true });
        }
      }
    }
    return {};
  }
  await page.setViewportSize(GUIDE);
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(at(path));
    await shot(name);
  }
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(at('/'));
  await shot('dien-thoai');
  return {};
}
