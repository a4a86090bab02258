"""Measures the NVIDIA GPUs of this machine with the CUDA driver library alone. Nothing is installed and no file is written.

Arrives over SSH on standard input, followed by one request in JSON (what to run, the PTX, a seed that nobody knew before).
Prints one JSON object per line: `device`, `figure`, and last `done` or `failure`. Runs on Python 3.6 and later.

Every figure comes with a proof: the results of all threads are hashed into a Merkle tree whose root picks the threads that have
to be shown, so that whoever asked can compute these again. Signatures and error names are those of cuda.h.
"""

import ctypes
import hashlib
import json
import os
import struct
import sys
import threading

LEAF_BYTES = 256
BLOCK_THREADS = 256
MEBIBYTE = 1 << 20
# CUdevice_attribute
ATTRIBUTE_MULTIPROCESSORS = 16
ATTRIBUTE_ECC = 32
ATTRIBUTE_MAJOR = 75
ATTRIBUTE_MINOR = 76

# What each function takes. `p` is any pointer or handle, `d` a CUdeviceptr, `z` a size_t.
TYPES = {"p": ctypes.c_void_p, "d": ctypes.c_uint64, "z": ctypes.c_size_t, "i": ctypes.c_int, "u": ctypes.c_uint, "b": ctypes.c_ubyte}
FUNCTIONS = {
    "cuInit": "u",
    "cuDriverGetVersion": "p",
    "cuDeviceGetCount": "p",
    "cuDeviceGet": "pi",
    "cuDeviceGetName": "pii",
    "cuDeviceGetUuid": "pi",
    "cuDeviceGetAttribute": "pii",
    "cuDeviceTotalMem_v2": "pi",
    "cuDeviceCanAccessPeer": "pii",
    "cuCtxCreate_v2": "pui",
    "cuCtxDestroy_v2": "p",
    "cuCtxSetCurrent": "p",
    "cuCtxEnablePeerAccess": "pu",
    "cuModuleLoadData": "pp",
    "cuModuleGetFunction": "ppp",
    "cuMemGetInfo_v2": "pp",
    "cuMemAlloc_v2": "pz",
    "cuMemFree_v2": "d",
    "cuMemAllocHost_v2": "pz",
    "cuMemFreeHost": "p",
    "cuMemcpyHtoD_v2": "dpz",
    "cuMemcpyDtoH_v2": "pdz",
    "cuMemcpyPeer": "dpdpz",
    "cuMemsetD8_v2": "dbz",
    "cuLaunchKernel": "puuuuuuuppp",
    "cuEventCreate": "pu",
    "cuEventRecord": "pp",
    "cuEventSynchronize": "p",
    "cuEventElapsedTime": "ppp",
}


class Failure(Exception):
    """Something that ends the measurement, with a word for it that the other side knows."""

    def __init__(self, reason, where, code=None, name=None):
        Exception.__init__(self, reason)
        self.said = {"line": "failure", "reason": reason, "where": where, "code": code, "name": name}


def say(line):
    sys.stdout.write(json.dumps(line, sort_keys=True) + "\n")
    sys.stdout.flush()


class Driver(object):
    """libcuda.so.1 with its functions typed; a result other than CUDA_SUCCESS becomes a Failure."""

    def __init__(self, path):
        try:
            self.library = ctypes.CDLL(path)
        except OSError as error:
            raise Failure("no_libcuda", "dlopen", None, str(error)[:200])
        for name, arguments in FUNCTIONS.items():
            try:
                function = getattr(self.library, name)
            except AttributeError:
                raise Failure("driver_too_old", name)
            function.restype = ctypes.c_int
            function.argtypes = [TYPES[letter] for letter in arguments]

    def __call__(self, name, *arguments):
        code = getattr(self.library, name)(*arguments)
        if code != 0:
            raise Failure("cuda", name, code, self.error_name(code))

    def error_name(self, code):
        text = ctypes.c_char_p()
        try:
            self.library.cuGetErrorName(ctypes.c_int(code), ctypes.byref(text))
        except AttributeError:
            return None
        return text.value.decode("ascii", "replace") if text.value else None

    def number(self, name, *arguments):
        value = ctypes.c_int()
        self(name, ctypes.byref(value), *arguments)
        return value.value

    def handle(self, name, *arguments):
        value = ctypes.c_void_p()
        self(name, ctypes.byref(value), *arguments)
        return value


class Limit(object):
    """Ends the whole program when a step hangs: a kernel that never ends leaves no other way out."""

    def __init__(self, seconds, where):
        self.timer = threading.Timer(seconds, self.give_up, [where])
        self.timer.daemon = True

    def give_up(self, where):
        say(Failure("hung", where).said)
        os._exit(3)

    def __enter__(self):
        self.timer.start()

    def __exit__(self, *_error):
        self.timer.cancel()


def seed_of(request, figure, device):
    """The seed of one figure on one device: 32 bits of a hash over the seed of the run."""
    text = "%s:%s:%d" % (request["seed"], figure, device)
    return struct.unpack(">I", hashlib.sha256(text.encode("ascii")).digest()[:4])[0]


def prove(data, samples):
    """The Merkle root over `data` in leaves of 256 bytes, and the leaves that the root itself picks, each with its path."""
    levels = [[hashlib.sha256(b"\0" + data[at : at + LEAF_BYTES]).digest() for at in range(0, len(data), LEAF_BYTES)]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([hashlib.sha256(b"\1" + below[at] + below[at + 1]).digest() for at in range(0, len(below), 2)])
    root = levels[-1][0]
    shown = []
    for number in range(samples):
        picked = hashlib.sha256(root + struct.pack(">I", number)).digest()
        leaf = struct.unpack(">I", picked[:4])[0] % len(levels[0])
        path, at = [], leaf
        for level in levels[:-1]:
            path.append(level[at ^ 1].hex())
            at >>= 1
        shown.append({"leaf": data[leaf * LEAF_BYTES : (leaf + 1) * LEAF_BYTES].hex(), "path": path})
    return {"root": root.hex(), "samples": shown}


class Gpu(object):
    """One device with a context of its own. What was allocated ends with the context."""

    def __init__(self, driver, request, ordinal):
        self.driver, self.request, self.ordinal = driver, request, ordinal
        self.device = driver.number("cuDeviceGet", ordinal)
        attribute = lambda which: driver.number("cuDeviceGetAttribute", which, self.device)
        self.capability = (attribute(ATTRIBUTE_MAJOR), attribute(ATTRIBUTE_MINOR))
        name = ctypes.create_string_buffer(200)
        driver("cuDeviceGetName", name, len(name), self.device)
        uuid = ctypes.create_string_buffer(16)
        driver("cuDeviceGetUuid", uuid, self.device)
        total = ctypes.c_size_t()
        driver("cuDeviceTotalMem_v2", ctypes.byref(total), self.device)
        self.facts = {
            "line": "device",
            "device": ordinal,
            "name": name.value.decode("utf-8", "replace"),
            "uuid": uuid.raw.hex(),
            "capability": "%d.%d" % self.capability,
            "multiprocessors": attribute(ATTRIBUTE_MULTIPROCESSORS),
            "ecc": attribute(ATTRIBUTE_ECC) == 1,
            "totalBytes": total.value,
        }
        if self.capability < (7, 0):
            raise Failure("too_old_gpu", "cuDeviceGetAttribute", None, self.facts["capability"])

    def __enter__(self):
        self.context = self.driver.handle("cuCtxCreate_v2", 0, self.device)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self.driver("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
        self.free, self.total = free.value, total.value
        if self.free * 2 < self.total:
            raise Failure("busy", "cuMemGetInfo_v2", None, "%d of %d bytes free" % (self.free, self.total))
        self.events = [self.driver.handle("cuEventCreate", 0) for _ in range(2)]
        return self

    def __exit__(self, *error):
        # After an error the context may be broken; the process ends soon, and everything with it.
        if error[0] is None:
            self.driver("cuCtxDestroy_v2", self.context)

    def use(self):
        self.driver("cuCtxSetCurrent", self.context)

    def kernels(self, ptx, *names):
        module = self.driver.handle("cuModuleLoadData", ctypes.c_char_p(ptx.encode("ascii")))
        return [self.driver.handle("cuModuleGetFunction", module, ctypes.c_char_p(name.encode("ascii"))) for name in names]

    def allocate(self, size):
        pointer = ctypes.c_uint64()
        self.driver("cuMemAlloc_v2", ctypes.byref(pointer), size)
        return pointer.value

    def free_memory(self, *pointers):
        for pointer in pointers:
            self.driver("cuMemFree_v2", pointer)

    def launch(self, kernel, threads, *arguments):
        pointers = (ctypes.c_void_p * len(arguments))(*[ctypes.cast(ctypes.pointer(one), ctypes.c_void_p) for one in arguments])
        self.driver("cuLaunchKernel", kernel, threads // BLOCK_THREADS, 1, 1, BLOCK_THREADS, 1, 1, 0, None, pointers, None)

    def timed(self, where, work):
        """Seconds that the device itself counted between two events around the work."""
        with Limit(self.request["stepSecondsMax"], where):
            self.driver("cuEventRecord", self.events[0], None)
            work()
            self.driver("cuEventRecord", self.events[1], None)
            self.driver("cuEventSynchronize", self.events[1])
        milliseconds = ctypes.c_float()
        self.driver("cuEventElapsedTime", ctypes.byref(milliseconds), self.events[0], self.events[1])
        return milliseconds.value / 1000.0

    def read(self, pointer, size):
        data = ctypes.create_string_buffer(size)
        with Limit(self.request["stepSecondsMax"], "read"):
            self.driver("cuMemcpyDtoH_v2", data, pointer, size)
        return data.raw

    def sized(self, where, work, most):
        """Warms the device up, finds how much work takes the time that is wanted, and does that once: (amount, seconds)."""
        wanted, warm = self.request["targetMs"] / 1000.0, self.request["warmUpMs"] / 1000.0
        amount, busy = 1, 0.0
        while True:
            seconds = self.timed(where, lambda: work(amount))
            busy += seconds
            fitting = most if seconds <= 0 else int(amount * wanted / seconds)
            fitting = max(1, min(most, fitting, amount * 16))
            amount = fitting
            if busy >= warm:
                break
        return amount, self.timed(where, lambda: work(amount))

    def say_figure(self, figure, seconds, data, **more):
        line = {"line": "figure", "figure": figure, "device": self.ordinal, "seconds": seconds}
        line.update(more)
        line.update(prove(data, self.request["samples"]))
        say(line)


def u32(value):
    return ctypes.c_uint32(value & 0xFFFFFFFF)


def u64(value):
    return ctypes.c_uint64(value)


def measure_chain(gpu, figure, entry, ptx):
    """FP32 or tensor-core chains: one value per thread, from a kernel (out, seed, trips)."""
    sizes = gpu.request["sizes"]
    threads, most = sizes[figure + "Threads"], sizes[figure + "TripsMax"]
    kernel, = gpu.kernels(ptx, entry)
    out = gpu.allocate(4 * threads)
    seed = seed_of(gpu.request, figure, gpu.ordinal)
    trips, seconds = gpu.sized(figure, lambda trips: gpu.launch(kernel, threads, u64(out), u32(seed), u32(trips)), most)
    data = gpu.read(out, 4 * threads)
    gpu.free_memory(out)
    gpu.say_figure(figure, seconds, data, threads=threads, amount=trips)


def measure_memory(gpu, fill, sweep, fold):
    """Reads one buffer and writes another, there and back; afterwards every word went through each pass."""
    sizes = gpu.request["sizes"]
    least = 16 * sizes["passThreads"]
    size = sizes["memoryBytes"]
    while size > least and size * 5 // 2 > gpu.free:
        size //= 2
    buffers = [gpu.allocate(size), gpu.allocate(size)]
    words, threads, folds = size // 4, sizes["passThreads"], sizes["foldThreads"]
    seed = seed_of(gpu.request, "memory", gpu.ordinal)
    mult, add = seed | 1, seed ^ 0x5BD1E995

    def passes(count):
        for number in range(count):
            to, source = buffers[(number + 1) % 2], buffers[number % 2]
            gpu.launch(sweep, threads, u64(to), u64(source), u64(words), u32(mult), u32(add))

    amount, _ = gpu.sized("memory", passes, sizes["passesMax"])
    gpu.launch(fill, threads, u64(buffers[0]), u64(words), u32(seed))
    seconds = gpu.timed("memory", lambda: passes(amount))
    out = gpu.allocate(4 * folds)
    gpu.launch(fold, folds, u64(out), u64(buffers[amount % 2]), u64(words))
    data = gpu.read(out, 4 * folds)
    gpu.free_memory(out, *buffers)
    gpu.say_figure("memory", seconds, data, threads=folds, amount=amount, bytes=size)


def measure_copies(gpu, kind, fill, fold):
    """To the host and back: the proof is over what came back, so that both ways had to carry it."""
    sizes = gpu.request["sizes"]
    size, folds, copies = sizes["copyBytes"], sizes["copyFoldThreads"], sizes["copies"]
    figure = "copies_" + kind
    buffer, out = gpu.allocate(size), gpu.allocate(4 * folds)
    if kind == "pinned":
        host = gpu.driver.handle("cuMemAllocHost_v2", size)
    else:
        host = ctypes.create_string_buffer(size)
    seed = seed_of(gpu.request, figure, gpu.ordinal)
    words = size // 4

    def to_host():
        for _ in range(copies):
            gpu.driver("cuMemcpyDtoH_v2", host, buffer, size)

    def to_device():
        for _ in range(copies):
            gpu.driver("cuMemcpyHtoD_v2", buffer, host, size)

    gpu.timed(figure, to_host)
    gpu.launch(fill, folds, u64(buffer), u64(words), u32(seed))
    down = gpu.timed(figure, to_host)
    gpu.driver("cuMemsetD8_v2", buffer, 0, size)
    up = gpu.timed(figure, to_device)
    gpu.launch(fold, folds, u64(out), u64(buffer), u64(words))
    data = gpu.read(out, 4 * folds)
    if kind == "pinned":
        gpu.driver("cuMemFreeHost", host)
    gpu.free_memory(buffer, out)
    gpu.say_figure(figure, down + up, data, threads=folds, amount=copies, bytes=size, toHost=down, toDevice=up)


def measure_peer(source, target):
    """From one device to its neighbour, directly where the two can and through the host where they cannot."""
    driver, request = source.driver, source.request
    sizes = request["sizes"]
    size, folds, copies = sizes["copyBytes"], sizes["copyFoldThreads"], sizes["copies"]
    words = size // 4
    direct = driver.number("cuDeviceCanAccessPeer", source.device, target.device) == 1
    source.use()
    if direct:
        driver("cuCtxEnablePeerAccess", target.context, 0)
    fill, = source.kernels(request["ptx"]["memory"], "memory_fill")
    here = source.allocate(size)
    source.launch(fill, folds, u64(here), u64(words), u32(seed_of(request, "peer", source.ordinal)))
    target.use()
    fold, = target.kernels(request["ptx"]["memory"], "memory_fold")
    there, out = target.allocate(size), target.allocate(4 * folds)
    source.use()

    def copy():
        for _ in range(copies):
            driver("cuMemcpyPeer", there, target.context, here, source.context, size)

    source.timed("peer", copy)
    seconds = source.timed("peer", copy)
    target.use()
    target.launch(fold, folds, u64(out), u64(there), u64(words))
    data = target.read(out, 4 * folds)
    source.say_figure("peer", seconds, data, threads=folds, amount=copies, bytes=size, direct=direct)


def measure_device(gpu):
    ptx = gpu.request["ptx"]
    say(gpu.facts)
    with gpu:
        measure_chain(gpu, "fp32", "fp32_chain", ptx["fp32"])
        if gpu.capability >= (8, 0):
            measure_chain(gpu, "tensor", "tensor_chain", ptx["tensor"])
        fill, sweep, fold = gpu.kernels(ptx["memory"], "memory_fill", "memory_pass", "memory_fold")
        measure_memory(gpu, fill, sweep, fold)
        measure_copies(gpu, "pinned", fill, fold)
        measure_copies(gpu, "pageable", fill, fold)


def main(request):
    # The driver keeps what it compiles from PTX in the home folder; nothing is to be left on the machine.
    os.environ["CUDA_CACHE_DISABLE"] = "1"
    os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
    os.environ.pop("CUDA_VISIBLE_DEVICES", None)
    driver = Driver(request["library"])
    with Limit(request["stepSecondsMax"], "cuInit"):
        driver("cuInit", 0)
    version = driver.number("cuDriverGetVersion")
    count = driver.number("cuDeviceGetCount")
    say({"line": "driver", "version": version, "count": count})
    if count == 0:
        raise Failure("no_device", "cuDeviceGetCount")
    gpus = [Gpu(driver, request, ordinal) for ordinal in range(min(count, request["devicesMax"]))]
    for gpu in gpus:
        measure_device(gpu)
    for number in range(len(gpus) if len(gpus) > 1 else 0):
        source, target = gpus[number], gpus[(number + 1) % len(gpus)]
        with source, target:
            measure_peer(source, target)
    say({"line": "done"})


def run(text):
    try:
        request = json.loads(text)
        with Limit(request["runSecondsMax"], "run"):
            main(request)
    except Failure as failure:
        say(failure.said)
        return 3
    except MemoryError:
        say(Failure("no_host_memory", "host").said)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.stdin.buffer.read().decode("utf-8")))
