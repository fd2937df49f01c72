"""Two threads that take two locks in opposite order."""
import threading

first_lock = threading.Lock()
second_lock = threading.Lock()
barrier = threading.Barrier(2)


def forwards():
    with first_lock:
        barrier.wait()
        with second_lock:
            pass


def backwards():
    with second_lock:
        barrier.wait()
        with first_lock:
            pass


threads = [threading.Thread(target=forwards, name="forwards"), threading.Thread(target=backwards, name="backwards")]
for thread in threads:
    thread.start()
print("ready", flush=True)
for thread in threads:
    thread.join()
