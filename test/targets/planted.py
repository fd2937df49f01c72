"""Situations that hang or hurt, one for each name: python planted.py NAME [ARGS]. Prints "ready" when it stands."""
import os
import socket
import subprocess
import sys
import threading
import time

situations = {}


def situation(function):
    situations[function.__name__] = function
    return function


def ready():
    print("ready", flush=True)


def silent_server():
    """A server on loopback that accepts and never answers; gives its address."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(64)
    kept = []

    def accept():
        while True:
            kept.append(server.accept())

    threading.Thread(target=accept, name="silent-server", daemon=True).start()
    return server.getsockname()


@situation
def rlock_held_in_recv():
    lock = threading.RLock()
    address = silent_server()

    def fetch():
        with lock:
            connection = socket.create_connection(address)
            connection.recv(100)

    threading.Thread(target=fetch, name="fetcher").start()
    time.sleep(0.3)
    threading.Thread(target=ready).start()
    with lock:
        pass


@situation
def pool_waits_for_database():
    from concurrent.futures import ThreadPoolExecutor

    address = silent_server()
    started = threading.Semaphore(0)

    def query(number):
        connection = socket.create_connection(address)
        started.release()
        connection.recv(100)

    pool = ThreadPoolExecutor(8, thread_name_prefix="pool")
    for number in range(7):
        pool.submit(query, number)
    for number in range(7):
        started.acquire()
    pool.submit(int)
    time.sleep(0.3)
    ready()
    time.sleep(1000)


@situation
def queue_without_consumer():
    import queue

    tasks = queue.Queue(maxsize=3)

    def consume():
        tasks.get()
        raise SystemExit  # what a consumer with a bug does

    def produce():
        for number in range(100):
            tasks.put(number)

    threading.Thread(target=consume, name="consumer").start()
    threading.Thread(target=produce, name="producer").start()
    time.sleep(0.5)
    ready()
    threading.Event().wait()


@situation
def event_loop_in_blocking_call():
    import asyncio

    address = silent_server()

    def fetch_the_old_way():
        ready()
        socket.create_connection(address).recv(10)

    async def view():
        fetch_the_old_way()

    asyncio.run(view())


@situation
def event_loop_in_cpu_work():
    import asyncio

    def work():
        ready()
        total = 0
        while True:
            total += 1

    async def view():
        work()

    asyncio.run(view())


@situation
def task_cycle():
    import asyncio

    async def wait_for(others, key):
        await asyncio.sleep(0.01)
        await others[key]

    async def main():
        others = {}
        others["a"] = asyncio.ensure_future(wait_for(others, "b"))
        others["b"] = asyncio.ensure_future(wait_for(others, "a"))
        await asyncio.sleep(0.2)
        ready()
        await asyncio.wait(list(others.values()))

    asyncio.run(main())


@situation
def tasks_with_two_locks():
    import asyncio

    async def take(first, second):
        async with first:
            await asyncio.sleep(0.1)
            async with second:
                pass

    async def main():
        left, right = asyncio.Lock(), asyncio.Lock()
        tasks = [asyncio.ensure_future(take(left, right)), asyncio.ensure_future(take(right, left))]
        await asyncio.sleep(0.3)
        ready()
        await asyncio.gather(*tasks)

    asyncio.run(main())


@situation
def lock_never_released():
    lock = threading.Lock()

    def take_and_end():
        lock.acquire()

    def want():
        with lock:
            pass

    taker = threading.Thread(target=take_and_end)
    taker.start()
    taker.join()
    for number in range(2):
        threading.Thread(target=want, name="wanting-%d" % number).start()
    ready()
    time.sleep(1000)


@situation
def owner_has_ended():
    lock = threading.RLock()
    taker = threading.Thread(target=lock.acquire)
    taker.start()
    taker.join()
    # A new thread may get the number of the one that ended.
    ready()
    with lock:
        pass


@situation
def semaphore_exhausted():
    places = threading.Semaphore(2)
    for _ in range(2):
        places.acquire()

    def use():
        with places:
            pass

    for number in range(3):
        threading.Thread(target=use, name="user-%d" % number).start()
    ready()
    threading.Event().wait()


@situation
def pool_waits_for_itself():
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(2)
    together = threading.Barrier(2)

    def outer():
        together.wait()
        return pool.submit(int).result()

    outer_futures = [pool.submit(outer) for _ in range(2)]
    ready()
    outer_futures[0].result()


@situation
def import_that_hangs():
    import tempfile

    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, "slow_module.py"), "w") as file:
        file.write("import time; time.sleep(1000)")
    sys.path.insert(0, folder)

    def use():
        import slow_module  # noqa: F401

    threading.Thread(target=use, name="first").start()
    while "slow_module" not in sys.modules:
        time.sleep(0.01)
    ready()
    use()


@situation
def file_lock_held():
    import fcntl
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        program = "import fcntl, sys, time; file = open(sys.argv[1]); fcntl.flock(file, 2); print(1, flush=True); time.sleep(1000)"
        child = subprocess.Popen([sys.executable, "-c", program, file.name], stdout=subprocess.PIPE)
        child.stdout.readline()
        ready()
        fcntl.flock(file, fcntl.LOCK_EX)


@situation
def gil_held_in_native_code():
    def hog():
        time.sleep(0.3)
        ready()
        return pow(3, 10 ** 8)

    threading.Thread(target=hog, name="hog").start()
    while True:
        time.sleep(0.001)


@situation
def hot_regular_expression():
    import re

    pattern = re.compile("(a+)+$")

    def match():
        time.sleep(0.3)
        ready()
        pattern.match("a" * 60 + "b")

    threading.Thread(target=match, name="matcher").start()
    while True:
        time.sleep(0.001)


@situation
def child_not_reaped():
    children = [subprocess.Popen(["true"]) for _ in range(3)]
    time.sleep(0.3)
    ready()
    time.sleep(1000)
    return children


@situation
def pipe_full():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], stdin=subprocess.PIPE)
    threading.Timer(0.5, ready).start()
    child.stdin.write(b"x" * 1_000_000)


@situation
def fork_while_locked():
    lock = threading.Lock()
    taken = threading.Event()

    def hold():
        with lock:
            taken.set()
            time.sleep(1000)

    threading.Thread(target=hold, name="holder", daemon=True).start()
    taken.wait()
    if os.fork() == 0:
        with lock:
            pass
        os._exit(0)
    time.sleep(0.5)
    ready()
    time.sleep(1000)


@situation
def retry_sleep():
    def connect_with_retry():
        while True:
            try:
                socket.create_connection(("127.0.0.1", 1))
            except OSError:
                ready()
                time.sleep(300)

    connect_with_retry()


@situation
def disk_wait():
    # A parent waits uninterruptibly until its vfork'ed child has started its program; the child opens a pipe
    # that nobody writes. The GIL is kept all the while.
    fifo = sys.argv[2]
    os.mkfifo(fifo)
    ready()
    os.posix_spawn("/bin/true", ["true"], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 9, fifo, os.O_RDONLY, 0)])


@situation
def page_fault():
    # A page that is registered with userfaultfd and that nobody fills: who touches it waits in the fault handler.
    import ctypes
    import fcntl
    import mmap
    import struct

    libc = ctypes.CDLL(None, use_errno=True)
    userfaultfd, user_mode_only, uffdio_api, uffdio_register, mode_missing = 323, 1, 0xC018AA3F, 0xC020AA00, 1
    descriptor = libc.syscall(userfaultfd, user_mode_only)
    if descriptor < 0:
        print("no userfaultfd: " + os.strerror(ctypes.get_errno()), flush=True)
        time.sleep(1000)
    fcntl.ioctl(descriptor, uffdio_api, struct.pack("QQQ", 0xAA, 0, 0))
    area = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    fcntl.ioctl(descriptor, uffdio_register, struct.pack("QQQQ", address, 4096, mode_missing, 0))
    ready()
    return area[0]


@situation
def memory_growing():
    import resource

    limit = 3 * 1024 ** 3
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    kept = []
    ready()
    while True:
        kept.append(bytearray(os.urandom(4096)) * 256)
        time.sleep(0.02)


@situation
def unix_socket_peer():
    # The other end is kept by a child that never answers.
    ours, theirs = socket.socketpair()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], stdin=theirs)
    theirs.close()
    threading.Timer(0.3, ready).start()
    ours.recv(10)
    return child


@situation
def dns_hanging():
    # Own mount namespace with a resolver that listens and never answers; needs root.
    import ctypes

    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.77.0.1", 53))
    libc = ctypes.CDLL(None, use_errno=True)
    newns, rec, private, bind = 0x20000, 0x4000, 0x40000, 0x1000
    if libc.unshare(newns) != 0 or libc.mount(b"none", b"/", None, rec | private, None) != 0:
        raise OSError(ctypes.get_errno(), "unshare or mount")
    with open(sys.argv[2], "w") as file:
        file.write("nameserver 127.77.0.1\noptions timeout:30\n")
    if libc.mount(sys.argv[2].encode(), b"/etc/resolv.conf", None, bind, None) != 0:
        raise OSError(ctypes.get_errno(), "mount")
    threading.Timer(0.5, ready).start()
    socket.getaddrinfo("orders.example.com", 443)


@situation
def idle_server():
    from concurrent.futures import ThreadPoolExecutor

    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    pool = ThreadPoolExecutor(4)
    list(pool.map(lambda _: time.sleep(0.05), range(4)))
    threading.Timer(0.2, ready).start()
    server.accept()


situations[sys.argv[1]]()
