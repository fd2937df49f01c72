"""Prints log records with tracebacks of every form, each behind a line '#### name', for the interpreter that runs it."""
import logging
import sys
import io
import traceback

out = io.StringIO()
handler = logging.StreamHandler(out)
handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
log = logging.getLogger("shop.orders")
log.addHandler(handler)
log.propagate = False


def case(name):
    def run(function):
        out.seek(0)
        out.truncate()
        function()
        sys.stdout.write("#### " + name.replace("\n", "\\n") + "\n" + out.getvalue())
        return function
    return run


def divide(a, b):
    return a / b


class PaymentError(Exception):
    pass


@case("plain ZeroDivisionError|division by zero")
def plain():
    try:
        divide(1, 0)
    except ZeroDivisionError:
        log.exception("计算失败")


@case("chained context PaymentError|no money")
def context():
    try:
        try:
            {}["订单"]
        except KeyError:
            raise PaymentError("no money")
    except PaymentError:
        log.exception("payment failed")


@case("chained cause PaymentError|no money")
def cause():
    try:
        try:
            divide(1, 0)
        except ZeroDivisionError as error:
            raise PaymentError("no money") from error
    except PaymentError:
        log.exception("payment failed")


@case("multi-line message ValueError|first\nsecond\n\nfourth")
def multiline():
    try:
        raise ValueError("first\nsecond\n\nfourth")
    except ValueError:
        log.exception("message\nof two lines")


@case("recursion RecursionError|maximum recursion depth exceeded")
def recursion():
    def again(n):
        return again(n + 1)
    try:
        again(0)
    except RecursionError:
        log.exception("deep")


@case("syntax error SyntaxError|")
def syntax():
    try:
        compile("def f(:\n    pass\n", "config.py", "exec")
    except SyntaxError:
        log.exception("bad file")


@case("no message PaymentError|")
def nothing():
    try:
        raise PaymentError
    except PaymentError:
        log.exception("nothing to say")


@case("long expression TypeError|unsupported operand type(s) for +: 'int' and 'NoneType'")
def carets():
    values = {"a": {"b": None}}
    try:
        (1 + values["a"]["b"]) * 3
    except TypeError:
        log.exception("add")


if sys.version_info >= (3, 11):
    @case("notes ValueError|no\nfirst note\nsecond note\nof two lines")
    def notes():
        try:
            error = ValueError("no")
            error.add_note("first note")
            error.add_note("second note\nof two lines")
            raise error
        except ValueError:
            log.exception("noted")

    @case("group ExceptionGroup|many (3 sub-exceptions)")
    def group():
        errors = []
        for function in (lambda: divide(1, 0), lambda: {}["k"], lambda: int("x")):
            try:
                function()
            except Exception as error:
                errors.append(error)
        errors[1] = ExceptionGroup("inner", [errors[1], ValueError("deep\nwith two lines")])
        try:
            raise ExceptionGroup("many", errors)
        except ExceptionGroup:
            log.exception("several")

log.warning("#### end")
