"""One thread for each thing that a thread can wait for, named for it. Prints "ready" when all have been started."""
import concurrent.futures
import fcntl
import multiprocessing
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

LONG = 100_000
fork = multiprocessing.get_context("fork")
folder = tempfile.mkdtemp()
waits = []


def wait(function):
    waits.append(function)
    return function


lock, rlock, condition, event = threading.Lock(), threading.RLock(), threading.Condition(), threading.Event()
semaphore, barrier = threading.Semaphore(0), threading.Barrier(2)
tasks, full, unfinished, simple = queue.Queue(), queue.Queue(1), queue.Queue(), queue.SimpleQueue()
full.put(1)
unfinished.put(1)
taken = threading.RLock()
process_lock = fork.Lock()
process_lock.acquire()


class Service:
    def __init__(self):
        self.lock = threading.Lock()
        self.tasks = queue.Queue()

    def take(self):
        with self.lock:
            pass

    def next_task(self):
        self.tasks.get()


service = Service()
service.lock.acquire()


def hold():
    taken.acquire()
    with lock, rlock:
        time.sleep(LONG)


def say_and_hold(source, path):
    """Starts a program that takes a lock on a file, and waits until it has it."""
    start = "import fcntl, sys, time; file = open(sys.argv[1], 'r+'); "
    end = "; print('held', flush=True); time.sleep(100000)"
    program = subprocess.Popen([sys.executable, "-c", start + source + end, path], stdout=subprocess.PIPE)
    program.stdout.readline()


server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(16)
# A machine may be without IPv6: the sockets are of the other kind then.
six = socket.socket(socket.AF_INET6 if "six" in sys.argv else socket.AF_INET)
six.bind(("::1" if "six" in sys.argv else "127.0.0.1", 0))
six.listen(1)
accepted = []


def connect(listening=server):
    connection = socket.create_connection(listening.getsockname()[:2])
    accepted.append(listening.accept()[0])
    return connection


silent, limited, greedy, filed, watched, other = (connect() for _ in range(6))
over_six = connect(six)
limited.settimeout(LONG)
datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", 0))
ours, theirs = socket.socketpair()
readable, writable = os.pipe()
stuffed = os.pipe()
child, polled, talking = (subprocess.Popen(["sleep", str(LONG)], stdout=subprocess.PIPE) for _ in range(3))
fifo = os.path.join(folder, "fifo")
os.mkfifo(fifo)
flocked, posix_locked = (os.path.join(folder, name) for name in ("flocked", "posix"))
for path in (flocked, posix_locked):
    open(path, "w").close()
say_and_hold("fcntl.flock(file, 2)", flocked)
say_and_hold("fcntl.lockf(file, 2)", posix_locked)
with open(os.path.join(folder, "slow_module.py"), "w") as file:
    file.write("import time; time.sleep(100000)")
sys.path.insert(0, folder)


@wait
def plain_lock():
    with lock:
        pass


@wait
def lock_with_timeout():
    lock.acquire(timeout=LONG)


@wait
def own_lock_of_a_service():
    service.take()


@wait
def recursive_lock():
    with rlock:
        pass


@wait
def recursive_lock_without_with():
    taken.acquire()


@wait
def process_semaphore():
    with process_lock:
        pass


@wait
def condition_wait():
    with condition:
        condition.wait()


@wait
def condition_wait_for():
    with condition:
        condition.wait_for(lambda: False, LONG)


@wait
def semaphore_acquire():
    with semaphore:
        pass


@wait
def event_wait():
    event.wait(LONG)


@wait
def barrier_wait():
    barrier.wait()


@wait
def queue_get():
    tasks.get()


@wait
def queue_of_a_service():
    service.next_task()


@wait
def queue_put():
    full.put(2)


@wait
def queue_join():
    unfinished.join()


@wait
def simple_queue():
    simple.get()


@wait
def simple_queue_iterated():
    for _ in iter(simple.get, None):
        pass


@wait
def future_result():
    future = concurrent.futures.Future()
    future.result()


@wait
def futures_wait():
    concurrent.futures.wait([concurrent.futures.Future()])


@wait
def thread_join():
    holder.join()


@wait
def import_begun():
    import slow_module  # noqa: F401


@wait
def import_joined():
    while "slow_module" not in sys.modules:
        time.sleep(0.01)
    import slow_module  # noqa: F401


@wait
def recv():
    silent.recv(10)


@wait
def recv_with_timeout():
    limited.recv(10)


@wait
def recv_six():
    over_six.recv(10)


@wait
def send():
    while True:
        greedy.send(b"x" * 100_000)


@wait
def read_line_of_socket():
    filed.makefile().readline()


@wait
def accept():
    six.accept()


@wait
def datagram():
    datagrams.recvfrom(10)


@wait
def unix_socket():
    ours.recv(1)


@wait
def pipe_read():
    os.read(readable, 1)


@wait
def pipe_write():
    os.write(stuffed[1], b"x" * 200_000)


@wait
def child_wait():
    child.wait()


@wait
def child_wait_with_timeout():
    polled.wait(timeout=LONG)


@wait
def child_output():
    talking.communicate()


@wait
def sleep():
    time.sleep(7200)


@wait
def short_sleep_again():
    while True:
        time.sleep(0.75)


@wait
def file_lock():
    with open(flocked) as file:
        fcntl.flock(file, fcntl.LOCK_EX)


@wait
def posix_file_lock():
    with open(posix_locked, "r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)


@wait
def fifo_open():
    open(fifo)


@wait
def select_two():
    select.select([watched, other], [], [])


@wait
def poll_two():
    poll = select.poll()
    poll.register(watched, select.POLLIN)
    poll.register(other, select.POLLIN)
    poll.poll()


@wait
def epoll_two():
    epoll = select.epoll()
    epoll.register(watched, select.EPOLLIN)
    epoll.register(other, select.EPOLLIN)
    epoll.poll()


@wait
def signal_wait():
    signal.sigwait([signal.SIGUSR2])


holder = threading.Thread(target=hold, name="holder", daemon=True)
holder.start()
while not lock.locked():
    time.sleep(0.01)
for function in waits:
    threading.Thread(target=function, name=function.__name__, daemon=True).start()
print("ready", flush=True)
time.sleep(LONG)
