/** After so many seconds a worker on the machine ends itself, also when nobody is there any more to end it. */
export const WORKER_SECONDS_MAX = 60;

/**
 * Sent over standard input, so that nothing is installed; any Python 3 has all that it uses. Each worker squares a base of its own, and
 * what they answer comes back with the version that says how fast big integers are there.
 */
export const workProofScript = `import os, signal, sys

def square(modulus, value, squarings):
    for _ in range(squarings):
        value = value * value % modulus
    return value

def main():
    modulus, base = int(sys.argv[1], 16), int(sys.argv[2], 16)
    squarings, workers = int(sys.argv[3]), int(sys.argv[4])
    source, sink = os.pipe()
    for worker in range(workers):
        if os.fork() == 0:
            signal.alarm(${String(WORKER_SECONDS_MAX)})
            answer = square(modulus, (base + worker) % modulus, squarings)
            os.write(sink, b"%d %x\\n" % (worker, answer))
            os._exit(0)
    os.close(sink)
    signal.alarm(${String(WORKER_SECONDS_MAX)})
    answers = b"python %s\\n" % sys.version.split()[0].encode()
    while True:
        piece = os.read(source, 65536)
        if not piece:
            break
        answers += piece
    sys.stdout.write(answers.decode())

main()
`;
