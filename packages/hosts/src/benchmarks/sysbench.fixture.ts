/** What sysbench 1.0.20 printed on a lab host. */
export const SYSBENCH_CPU = `sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)

Running the test with following options:
Number of threads: 1
Initializing random number generator from current time


Prime numbers limit: 20000

Initializing worker threads...

Threads started!

CPU speed:
    events per second:  1526.38

General statistics:
    total time:                          1.0005s
    total number of events:              1528

Latency (ms):
         min:                                    0.59
         avg:                                    0.65
         max:                                    4.20
         95th percentile:                        0.90
         sum:                                  998.69

Threads fairness:
    events (avg/stddev):           1528.0000/0.00
    execution time (avg/stddev):   0.9987/0.00

`;
