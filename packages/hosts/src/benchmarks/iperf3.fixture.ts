/**
 * Recorded from iperf3 over the loopback interface: 3.12 as Debian 12 packages it, and 3.21 built from its source. `system_info` was
 * replaced and tabs by single spaces. Word for word otherwise.
 */

/** --client … --time 1 --bitrate 10G --json */
export const IPERF3_3_12_UP = `{
 "start": {
  "connected": [{
    "socket": 5,
    "local_host": "127.0.0.1",
    "local_port": 52164,
    "remote_host": "127.0.0.1",
    "remote_port": 5301
   }],
  "version": "iperf 3.12",
  "system_info": "Linux host",
  "timestamp": {
   "time": "Sat, 28 Nov 2026 08:33:35 GMT",
   "timesecs": 1795854815
  },
  "connecting_to": {
   "host": "127.0.0.1",
   "port": 5301
  },
  "cookie": "bk566heduaasq57oeuvxeo2l6we35dbocqdi",
  "tcp_mss_default": 32768,
  "target_bitrate": 10000000000,
  "sock_bufsize": 0,
  "sndbuf_actual": 16384,
  "rcvbuf_actual": 131072,
  "test_start": {
   "protocol": "TCP",
   "num_streams": 1,
   "blksize": 131072,
   "omit": 0,
   "duration": 1,
   "bytes": 0,
   "blocks": 0,
   "reverse": 0,
   "tos": 0,
   "target_bitrate": 10000000000
  }
 },
 "intervals": [{
   "streams": [{
     "socket": 5,
     "start": 0,
     "end": 1.001603,
     "seconds": 1.0016030073165894,
     "bytes": 1166147584,
     "bits_per_second": 9314249861.32376,
     "retransmits": 0,
     "snd_cwnd": 2357388,
     "snd_wnd": 29530112,
     "rtt": 711,
     "rttvar": 948,
     "pmtu": 65535,
     "omitted": false,
     "sender": true
    }],
   "sum": {
    "start": 0,
    "end": 1.001603,
    "seconds": 1.0016030073165894,
    "bytes": 1166147584,
    "bits_per_second": 9314249861.32376,
    "retransmits": 0,
    "omitted": false,
    "sender": true
   }
  }],
 "end": {
  "streams": [{
    "sender": {
     "socket": 5,
     "start": 0,
     "end": 1.001603,
     "seconds": 1.001603,
     "bytes": 1166147584,
     "bits_per_second": 9314249929.36323,
     "retransmits": 0,
     "max_snd_cwnd": 2357388,
     "max_snd_wnd": 29530112,
     "max_rtt": 711,
     "min_rtt": 711,
     "mean_rtt": 711,
     "sender": true
    },
    "receiver": {
     "socket": 5,
     "start": 0,
     "end": 1.011166,
     "seconds": 1.001603,
     "bytes": 1166016512,
     "bits_per_second": 9225124357.42499,
     "sender": true
    }
   }],
  "sum_sent": {
   "start": 0,
   "end": 1.001603,
   "seconds": 1.001603,
   "bytes": 1166147584,
   "bits_per_second": 9314249929.36323,
   "retransmits": 0,
   "sender": true
  },
  "sum_received": {
   "start": 0,
   "end": 1.011166,
   "seconds": 1.011166,
   "bytes": 1166016512,
   "bits_per_second": 9225124357.42499,
   "sender": true
  },
  "cpu_utilization_percent": {
   "host_total": 36.755372662029764,
   "host_user": 1.9436060726448341,
   "host_system": 34.811865415137341,
   "remote_total": 33.135317578439057,
   "remote_user": 0.584850261916794,
   "remote_system": 32.550566209025128
  },
  "sender_tcp_congestion": "bbr",
  "receiver_tcp_congestion": "bbr"
 }
}
`;

/** The same with --reverse. */
export const IPERF3_3_21_DOWN = `{
 "start": {
  "connected": [{
    "socket": 4,
    "local_host": "127.0.0.1",
    "local_port": 59952,
    "remote_host": "127.0.0.1",
    "remote_port": 5302
   }],
  "version": "iperf 3.21+",
  "system_info": "Linux host",
  "timestamp": {
   "time": "Sat, 28 Nov 2026 08:33:40 GMT",
   "timesecs": 1795854820,
   "timemillisecs": 1795854820023
  },
  "connecting_to": {
   "host": "127.0.0.1",
   "port": 5302
  },
  "cookie": "5nhdaalocuv7mzk2ccjfm5tdbrmzobyv4jcr",
  "tcp_mss_default": 32768,
  "target_bitrate": 10000000000,
  "fq_rate": 0,
  "sock_bufsize": 0,
  "sndbuf_actual": 16384,
  "rcvbuf_actual": 131072,
  "test_start": {
   "protocol": "TCP",
   "num_streams": 1,
   "blksize": 131072,
   "omit": 0,
   "duration": 1,
   "bytes": 0,
   "blocks": 0,
   "reverse": 1,
   "tos": 0,
   "target_bitrate": 10000000000,
   "bidir": 0,
   "fqrate": 0,
   "interval": 1,
   "gso": 0,
   "gro": 0
  }
 },
 "intervals": [{
   "streams": [{
     "socket": 4,
     "start": 0,
     "end": 1.001093,
     "seconds": 1.0010930299758911,
     "bytes": 1075314688,
     "bits_per_second": 8593124960.831234,
     "omitted": false,
     "sender": false
    }],
   "sum": {
    "start": 0,
    "end": 1.001093,
    "seconds": 1.0010930299758911,
    "bytes": 1075314688,
    "bits_per_second": 8593124960.831234,
    "omitted": false,
    "sender": false
   }
  }],
 "end": {
  "streams": [{
    "sender": {
     "socket": 4,
     "start": 0,
     "end": 1.001584,
     "seconds": 1.001584,
     "bytes": 1078984704,
     "bits_per_second": 8618226361.4434738,
     "retransmits": 2,
     "reorder": 0,
     "max_snd_cwnd": 0,
     "max_snd_wnd": 0,
     "max_rtt": 0,
     "min_rtt": 0,
     "mean_rtt": 0,
     "sender": false
    },
    "receiver": {
     "socket": 4,
     "start": 0,
     "end": 1.001093,
     "seconds": 1.001093,
     "bytes": 1075445760,
     "bits_per_second": 8594172649.29432,
     "sender": false
    }
   }],
  "sum_sent": {
   "start": 0,
   "end": 1.001584,
   "seconds": 1.001584,
   "bytes": 1078984704,
   "bits_per_second": 8618226361.4434738,
   "retransmits": 2,
   "sender": false
  },
  "sum_received": {
   "start": 0,
   "end": 1.001093,
   "seconds": 1.001093,
   "bytes": 1075445760,
   "bits_per_second": 8594172649.29432,
   "sender": false
  },
  "cpu_utilization_percent": {
   "host_total": 27.325587756405216,
   "host_user": 0,
   "host_system": 27.3251899012424,
   "remote_total": 29.749321864177158,
   "remote_user": 1.6014687867833148,
   "remote_system": 28.147653405454836
  },
  "sender_tcp_congestion": "bbr",
  "receiver_tcp_congestion": "bbr"
 }
}
`;

/** No server behind the port; the exit status was 0. */
export const IPERF3_3_12_REFUSED = `{
 "start": {
  "connected": [],
  "version": "iperf 3.12",
  "system_info": "Linux host"
 },
 "intervals": [],
 "end": {
 },
 "error": "unable to connect to server: Connection refused"
}
`;

/** No server behind the address; the exit status was 1. */
export const IPERF3_3_21_REFUSED = `{
 "start": {
  "connected": [],
  "version": "iperf 3.21+",
  "system_info": "Linux host"
 },
 "intervals": [],
 "end": {
 },
 "error": "unable to connect to server - server may have stopped running or use a different port, firewall issue, etc.: Connection refused"
}
`;

/** A server that is measuring somebody else. */
export const IPERF3_3_21_BUSY = `{
 "start": {
  "connected": [],
  "version": "iperf 3.21+",
  "system_info": "Linux host"
 },
 "intervals": [],
 "end": {
 },
 "error": "the server is busy running a test. try again later"
}
`;
