"""Rows sent to `redress serve --intake`: how long until they are acknowledged, and from there until the finding is on the desk.

    python intake.py --redress BINARY --demo DIR --rate 200 --seconds 60

DIR is the folder of a demo. Each row is an admission of that demo once more, under another number and with a birth date of which one
digit of the year is another: a check finds it. Rows are sent in bodies of BODY rows at an even pace. Of every fiftieth row a second thread asks the
desk, signed in as a reviewer, until the finding stands at the row; that time is "until the finding". CPU time is that of the server, with
the pages that are asked for. Prints one line of JSON.
"""
import argparse
import http.client
import json
import os
import queue
import re
import signal
import subprocess
import threading
import time

BODY = 10
ASK_EVERY = 50
ASK_PAUSE_SECONDS = 0.05
GIVE_UP_SECONDS = 15


def rows_of(demo):
    with open(os.path.join(demo, "extracts/border/i94_records.jsonl"), encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            date = row.get("birth_date")
            if date and len(date) == 10 and date[5:] != "01-01" and row.get("passport_number"):
                row["birth_date"] = f"{date[:3]}{(int(date[3]) + 3) % 10}{date[4:]}"
                yield row


def start(redress, demo):
    store = os.path.join(demo, "store")
    token = subprocess.run([redress, "invite", "--store", store, "--source", "border"], capture_output=True, text=True, check=True)
    begun = time.monotonic()
    server = subprocess.Popen(
        [redress, "serve", "--port", "0", "--store", store, "--intake", os.path.join(demo, "contracts/border.toml")],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = int(re.search(r":(\d+)/", server.stdout.readline()).group(1))
    link = re.search(r"(/sign-in/\S+)", server.stdout.readline()).group(1)
    return server, port, token.stdout.strip(), link, time.monotonic() - begun


def signed_in(port, link):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", link)
    answer = connection.getresponse()
    answer.read()
    return connection, answer.getheader("set-cookie").split(";")[0]


def ask(port, link, asked, waited, failed):
    """Asks for every row that was handed over, in turn, until each has its finding or a row has waited too long."""
    connection, cookie = signed_in(port, link)
    open_rows, is_over = [], False
    while open_rows or not is_over:
        while not is_over:
            try:
                item = asked.get(timeout=None if not open_rows else 0.001)
            except queue.Empty:
                break
            if item is None:
                is_over = True
            else:
                open_rows.append(item)
        still = []
        for file, key, acknowledged in open_rows:
            connection.request("GET", f"/desk/line?file={file}&line={key}", headers={"Cookie": cookie})
            page = connection.getresponse().read().decode()
            now = time.monotonic()
            if "/desk/finding/" in page:
                waited.append(now - acknowledged)
            elif now - acknowledged > GIVE_UP_SECONDS:
                failed.append(key)
            else:
                still.append((file, key, acknowledged))
        open_rows = still
        time.sleep(ASK_PAUSE_SECONDS)


def cpu_seconds(pid):
    """What a process used so far, in user and system mode."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share(times, part):
    times = sorted(times)
    return round(times[min(len(times) - 1, int(part * len(times)))], 4) if times else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--redress", required=True)
    parser.add_argument("--demo", required=True)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    server, port, token, link, opened = start(arguments.redress, arguments.demo)
    day = None
    asked, waited, failed, answers, told_to_wait = queue.Queue(), [], [], [], 0
    asker = threading.Thread(target=ask, args=(port, link, asked, waited, failed))
    asker.start()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    known, stamp, number = rows_of(arguments.demo), int(time.time()) % 1_000_000, 0
    begun, used = time.monotonic(), cpu_seconds(server.pid)
    for body in range(arguments.rate * arguments.seconds // BODY):
        rows = []
        while len(rows) < BODY:
            row = next(known, None)
            if row is None:
                known = rows_of(arguments.demo)
                continue
            number += 1
            row["i94_number"] = f"{stamp:06d}{number:06d}"
            rows.append(row)
        pause = begun + body * BODY / arguments.rate - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        sent = time.monotonic()
        while True:
            text = "\n".join(json.dumps(row) for row in rows)
            connection.request("POST", "/api/intake/border", body=text.encode(), headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 429:
                break
            told_to_wait += 1
            time.sleep(1)
        assert answer.status == 200, said
        acknowledged = time.monotonic()
        answers.append(acknowledged - sent)
        if day is None:
            page_of, cookie = signed_in(port, link)
            page_of.request("GET", "/desk/line", headers={"Cookie": cookie})
            day = re.search(r'value="(i94_records sent on [0-9-]+)"', page_of.getresponse().read().decode()).group(1)
        if body * BODY % ASK_EVERY == 0:
            asked.put((day.replace(" ", "%20"), rows[-1]["i94_number"], acknowledged))
    took = time.monotonic() - begun
    asked.put(None)
    asker.join()
    used = cpu_seconds(server.pid) - used
    server.send_signal(signal.SIGINT)
    server.wait()
    print(json.dumps({
        "rows": number, "rows_a_second": round(number / took, 1), "seconds_to_open": round(opened, 1),
        "acknowledged_p50": share(answers, 0.5), "acknowledged_p99": share(answers, 0.99),
        "finding_p50": share(waited, 0.5), "finding_p99": share(waited, 0.99), "finding_max": share(waited, 1.0),
        "cpu_ms_a_row": round(1000 * used / max(1, number), 2), "load": os.getloadavg()[0],
        "asked": len(waited), "without_finding": len(failed), "told_to_wait": told_to_wait}))


main()
