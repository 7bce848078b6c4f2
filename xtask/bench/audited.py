"""What a run costs with its probabilities taken from clerical labels and with the audit of its errors.

    python audited.py --redress BINARY --data DIR --run DIR --config FILE --threads N --out DIR

DIR of --data holds records.parquet and truth.parquet, that of --run a linkage run of those records. LABELS pairs are drawn of the run and judged
by the truth, as two clerks would who never err; then the records are linked anew with these labels, and the new run is audited with the truth, by sex
and by every structural stratum. Drawing and judging are a person's time and are not counted. Prints one line of JSON: CPU seconds, seconds and peak memory
of both commands, each and together.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time

from judged import judged

LABELS = 500


def timed(arguments):
    """What a program used: CPU seconds, seconds, and the most memory in bytes."""
    begun = time.monotonic()
    child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, arguments))} failed: {said}")
    return {"cpu_seconds": used.ru_utime + used.ru_stime, "seconds": time.monotonic() - begun,
            "peak_rss_bytes": used.ru_maxrss * 1024}


def main():
    parser = argparse.ArgumentParser()
    for name in ["--redress", "--data", "--run", "--config", "--threads", "--out"]:
        parser.add_argument(name, required=True)
    arguments = parser.parse_args()
    records, truth = (os.path.join(arguments.data, name) for name in ["records.parquet", "truth.parquet"])
    shutil.rmtree(arguments.out, ignore_errors=True)
    os.makedirs(arguments.out)
    subprocess.run([arguments.redress, "review", "sample", "--out", arguments.run, "--n", str(LABELS)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    labels, run = os.path.join(arguments.out, "labels.csv"), os.path.join(arguments.out, "run")
    judged(os.path.join(arguments.run, "sample.csv"), truth, labels)
    link = timed([arguments.redress, "link", "--threads", arguments.threads, "--config", arguments.config, "--labels", labels,
                  "--out", run, records])
    audit = timed([arguments.redress, "evaluate", "--pairs", os.path.join(run, "pairs.parquet"), "--truth", truth,
                   "--records", records, "--group", "sex", "--out", os.path.join(arguments.out, "audit")])
    both = {key: link[key] + audit[key] for key in ["cpu_seconds", "seconds"]}
    both["peak_rss_bytes"] = max(link["peak_rss_bytes"], audit["peak_rss_bytes"])
    print(json.dumps({"link": link, "audit": audit, **both}))


main()
