/** What sysbench 1.0.20 of Debian 12 printed on a virtual machine with 2 threads, word for word. */
export const SYSBENCH_MEMORY_READ_ONE_THREAD = `sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)

Running the test with following options:
Number of threads: 1
Initializing random number generator from current time


Running memory speed test with the following options:
  block size: 131072KiB
  total size: 16384MiB
  operation: read
  scope: local

Initializing worker threads...

Threads started!

Total operations: 128 (   74.73 per second)

16384.00 MiB transferred (9565.87 MiB/sec)


General statistics:
    total time:                          1.7117s
    total number of events:              128

Latency (ms):
         min:                                   10.90
         avg:                                   13.35
         max:                                   22.29
         95th percentile:                       16.71
         sum:                                 1709.40

Threads fairness:
    events (avg/stddev):           128.0000/0.00
    execution time (avg/stddev):   1.7094/0.00

`;

/** As above: two threads that write. */
export const SYSBENCH_MEMORY_WRITE_TWO_THREADS = `sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)

Running the test with following options:
Number of threads: 2
Initializing random number generator from current time


Running memory speed test with the following options:
  block size: 131072KiB
  total size: 32768MiB
  operation: write
  scope: local

Initializing worker threads...

Threads started!

Total operations: 256 (  131.69 per second)

32768.00 MiB transferred (16856.33 MiB/sec)


General statistics:
    total time:                          1.9431s
    total number of events:              256

Latency (ms):
         min:                                   11.35
         avg:                                   15.10
         max:                                   25.68
         95th percentile:                       19.65
         sum:                                 3864.87

Threads fairness:
    events (avg/stddev):           128.0000/0.00
    execution time (avg/stddev):   1.9324/0.01

`;

/** As above, asked for an operation that does not exist. It ended with status 1. */
export const SYSBENCH_MEMORY_REFUSED = `sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)

FATAL: Invalid value for memory-oper: nonsense
`;
