"""Runs the users' own logging set-ups unchanged, writing to a file that rotates, and prints what they logged.

    python seed_logs.py json_formatter|logging_config SEEDS FILE COUNT
"""

import json
import logging
import logging.handlers
import sys
import time

kind, seeds, path, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
sys.path.insert(0, seeds)
sys.dont_write_bytecode = True
handler = logging.handlers.RotatingFileHandler(path, maxBytes=20_000, backupCount=50, encoding="utf-8")

if kind == "json_formatter":
    import json_formatter

    handler.setFormatter(json_formatter.JsonFormatter())
    logger = logging.getLogger("seed." + kind)
    logger.setLevel(logging.INFO)
else:
    import logging_config

    logger = logging_config.setup_logging()
    for other in logger.handlers:
        other.setStream(open("/dev/null", "w"))
    handler.setFormatter(logging_config.CustomJsonFormatter())
logger.addHandler(handler)

sent = []
for number in range(count):
    text = "%s 第 %d 行: 用户登录成功 ✓ \"quoted\" \\ tab\t" % (kind, number)
    began = time.time()
    if number % 25 == 24:
        try:
            {}["missing-%d" % number]
        except KeyError:
            logger.error(text, exc_info=True, extra={"request_id": "req-%d" % number})
    else:
        logger.info(text, extra={"request_id": "req-%d" % number, "user_id": number})
    sent.append({"body": text, "from": began, "to": time.time(), "error": number % 25 == 24})
    time.sleep(0.002)
json.dump(sent, sys.stdout, ensure_ascii=False)
