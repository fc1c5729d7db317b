# Fills an empty ledger: ledger.py FILE AIRINGS LAST, a hundred a day up to the date LAST, without links of the chain.
import datetime, json, random, sqlite3, sys
path, airings, last = sys.argv[1], int(sys.argv[2]), datetime.date.fromisoformat(sys.argv[3])
random.seed(1)
db = sqlite3.connect(path)
db.execute("pragma synchronous = off")
A_DAY = 100
days = (airings + A_DAY - 1) // A_DAY
zone = datetime.timezone(datetime.timedelta(hours=7))
def said(n):
    topics = random.choice([[], ["a"], ["b2", "e"], ["h"], ["k"], ["g", "h"]])
    words = {"topics": topics, "genre": random.choice(["tin", "bài", "phóng sự", "hỏi đáp"]),
             "tone": random.choice(["praise", "criticism", "neutral", "guidance"]), "level": "ward",
             "field": random.choice(["đất đai", "hộ tịch"]), "audience": ["nhân dân", "doanh nghiệp"],
             "partner": ["MTTQ"], "origin": "own", "editor": "Lan", "summary": "Tóm tắt " * 10, "text": "Nội dung " * 100}
    return json.dumps({key: value for key, value in words.items() if value}, ensure_ascii=False)
slots, rows, parts, made, run = [], [], [], 0, db.execute("select max(id) from run").fetchone()[0]
for day in range(days):
    date = last - datetime.timedelta(days=days - 1 - day)
    midnight = int(datetime.datetime.combine(date, datetime.time(), zone).timestamp()) * 1_000_000
    # Six works are new each day, and each is repeated for a month.
    for place in range(min(A_DAY, airings - made)):
        made += 1
        window = "sang" if place < 50 else "chieu"
        segment = day * 6 - random.randrange(180) if place % 3 else None
        kind = "segment" if segment is not None else random.choice(["ident", "sting", "filler", "relay"])
        planned = midnight + (5 * 3600 + place * 500) * 1_000_000
        file_ms = random.randrange(20_000, 600_000)
        name = f"{date}/{window}"
        slots.append((f"{name}/{made}", name, str(date), window, kind, f"tiet-muc-{segment}" if segment is not None else None,
                      "Hướng dẫn nộp hồ sơ trực tuyến", "cchc" if place % 5 == 1 else None, planned, segment, file_ms, run))
        outcome = random.choices(["aired", "missed", "cut"], [95, 3, 2])[0]
        rows.append((made, f"u{made}", f"{name}/{made}", file_ms, outcome, None if outcome == "aired" else "power", run))
        if outcome != "missed":
            parts.append((made, planned + 20, planned + file_ms * 1000, file_ms, run))
texts = {}
def text(n):
    if n is None: return "{}"
    if n not in texts: texts[n] = said(n)
    return texts[n]
db.executemany("""insert into slot (id, broadcast, date, window, kind, class, segment, title, column_id, files, planned_us,
    start, grace_ms, after_power_cut, particulars, sha256, file_ms, frames, rate_hz, channels, codec, damaged_packets,
    revision, frozen_us, run)
    values (?1, ?2, ?3, ?4, ?5, 'normal', ?6, ?7, ?8, '[]', ?9, 'soft', 0, 'skip', ?10, 'x', ?11, ?11 * 44, 44100, 1, 'mp3', 0,
    'r', ?9, ?12)""",
    (slot[:9] + (text(slot[9]),) + slot[10:] for slot in slots))
db.executemany("insert into airing (id, uuid, slot, line, file_ms, note, run) values (?1, ?2, ?3, 'main', ?4, '', ?5)",
    (row[:4] + row[6:] for row in rows))
db.executemany("""insert into part (airing, n, opened_us, began_us, ended_us, played_ms, closed, run)
    values (?1, 1, ?2, ?2, ?3, ?4, 1, ?5)""", parts)
db.executemany("update airing set outcome = ?2, cause = ?3 where id = ?1", ((row[0], row[4], row[5]) for row in rows))
db.commit()
print(f"{made} airings over {days} days, {db.execute('pragma page_count').fetchone()[0] * 4 // 1024} MiB")
