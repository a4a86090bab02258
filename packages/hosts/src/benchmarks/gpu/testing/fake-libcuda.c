/*
 * A CUDA driver library without a GPU, for the tests of gpu-probe.py: the outermost edge, and all of it that is not real.
 * It runs our three kernels on the processor, written from what the PTX ISA says and not from verify-*.ts, so that both check
 * each other. What goes wrong is chosen by the environment:
 *   FAKE_DEVICES=2        how many devices there are
 *   FAKE_CAPABILITY=75    compute capability, times ten
 *   FAKE_FREE_PERCENT=10  free memory
 *   FAKE_FAIL=cuInit:100  a function that answers an error
 *   FAKE_HANG=cuEventSynchronize  a function that does not come back
 *   FAKE_WRONG=fp32_chain a kernel that computes one bit wrong in every fourth thread
 *   FAKE_STALE_COPY=1     copies to the device that carry nothing
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#pragma STDC FP_CONTRACT OFF

typedef int CUresult;
typedef uint64_t CUdeviceptr;

static int setting(const char *name, int otherwise) {
  const char *value = getenv(name);
  return value ? atoi(value) : otherwise;
}

static CUresult fault(const char *function) {
  const char *hang = getenv("FAKE_HANG");
  const char *fail = getenv("FAKE_FAIL");
  if (hang && !strcmp(hang, function)) sleep(600);
  size_t length = strlen(function);
  if (fail && !strncmp(fail, function, length) && fail[length] == ':') return atoi(fail + length + 1);
  return 0;
}
#define FAULT do { CUresult result = fault(__func__); if (result) return result; } while (0)

CUresult cuGetErrorName(CUresult error, const char **name) {
  static const struct { int code; const char *name; } names[] = {
    {2, "CUDA_ERROR_OUT_OF_MEMORY"}, {46, "CUDA_ERROR_DEVICE_UNAVAILABLE"}, {100, "CUDA_ERROR_NO_DEVICE"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"}, {214, "CUDA_ERROR_ECC_UNCORRECTABLE"}, {218, "CUDA_ERROR_INVALID_PTX"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"}, {702, "CUDA_ERROR_LAUNCH_TIMEOUT"}, {719, "CUDA_ERROR_LAUNCH_FAILED"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY"}, {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"},
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].code == error) { *name = names[i].name; return 0; }
  return 1;
}

CUresult cuInit(unsigned flags) { (void)flags; FAULT; return 0; }
CUresult cuDriverGetVersion(int *version) { FAULT; *version = 12040; return 0; }
CUresult cuDeviceGetCount(int *count) { FAULT; *count = setting("FAKE_DEVICES", 1); return 0; }
CUresult cuDeviceGet(int *device, int ordinal) { FAULT; *device = ordinal; return 0; }
CUresult cuDeviceGetName(char *name, int length, int device) { FAULT; (void)device; snprintf(name, length, "Fake GPU"); return 0; }
CUresult cuDeviceGetUuid(unsigned char *uuid, int device) { FAULT; memset(uuid, 0x10 + device, 16); return 0; }
CUresult cuDeviceTotalMem_v2(size_t *bytes, int device) { FAULT; (void)device; *bytes = 1u << 30; return 0; }
CUresult cuDeviceGetAttribute(int *value, int attribute, int device) {
  FAULT;
  (void)device;
  int capability = setting("FAKE_CAPABILITY", 80);
  *value = attribute == 75 ? capability / 10 : attribute == 76 ? capability % 10 : attribute == 16 ? 108 : 1;
  return 0;
}
CUresult cuDeviceCanAccessPeer(int *can, int device, int peer) { FAULT; (void)device; (void)peer; *can = 1; return 0; }
CUresult cuCtxCreate_v2(void **context, unsigned flags, int device) { FAULT; (void)flags; *context = (void *)(intptr_t)(device + 1); return 0; }
CUresult cuCtxDestroy_v2(void *context) { FAULT; (void)context; return 0; }
CUresult cuCtxSetCurrent(void *context) { FAULT; (void)context; return 0; }
CUresult cuCtxEnablePeerAccess(void *context, unsigned flags) { FAULT; (void)context; (void)flags; return 0; }
CUresult cuModuleLoadData(void **module, const char *image) { FAULT; *module = (void *)image; return strncmp(image, "//", 2) ? 218 : 0; }
CUresult cuModuleGetFunction(void **function, void *module, const char *name) { FAULT; (void)module; *function = strdup(name); return 0; }
CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total) {
  FAULT;
  *total = 1u << 30;
  *free_bytes = *total / 100 * setting("FAKE_FREE_PERCENT", 98);
  return 0;
}
CUresult cuMemAlloc_v2(CUdeviceptr *pointer, size_t size) { FAULT; *pointer = (CUdeviceptr)(uintptr_t)malloc(size); return 0; }
CUresult cuMemFree_v2(CUdeviceptr pointer) { FAULT; free((void *)(uintptr_t)pointer); return 0; }
CUresult cuMemAllocHost_v2(void **pointer, size_t size) { FAULT; *pointer = malloc(size); return 0; }
CUresult cuMemFreeHost(void *pointer) { FAULT; free(pointer); return 0; }
CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t size) {
  FAULT;
  if (!setting("FAKE_STALE_COPY", 0)) memcpy((void *)(uintptr_t)to, from, size);
  return 0;
}
CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t size) { FAULT; memcpy(to, (void *)(uintptr_t)from, size); return 0; }
CUresult cuMemcpyPeer(CUdeviceptr to, void *toContext, CUdeviceptr from, void *fromContext, size_t size) {
  FAULT;
  (void)toContext; (void)fromContext;
  memcpy((void *)(uintptr_t)to, (void *)(uintptr_t)from, size);
  return 0;
}
CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t size) { FAULT; memset((void *)(uintptr_t)to, value, size); return 0; }

struct event { struct timespec at; };
CUresult cuEventCreate(void **event, unsigned flags) { FAULT; (void)flags; *event = calloc(1, sizeof(struct event)); return 0; }
CUresult cuEventRecord(void *event, void *stream) { FAULT; (void)stream; clock_gettime(CLOCK_MONOTONIC, &((struct event *)event)->at); return 0; }
CUresult cuEventSynchronize(void *event) { FAULT; (void)event; return 0; }
CUresult cuEventElapsedTime(float *milliseconds, void *start, void *end) {
  FAULT;
  struct timespec a = ((struct event *)start)->at, b = ((struct event *)end)->at;
  *milliseconds = (float)((double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6);
  return 0;
}

static uint32_t mix(uint32_t h) {
  h ^= h >> 16; h *= 0x85ebca6bu; h ^= h >> 13; h *= 0xc2b2ae35u; h ^= h >> 16;
  return h;
}
static float single(uint32_t bits) { float value; memcpy(&value, &bits, 4); return value; }

static void fp32_chain(uint32_t *out, uint32_t threads, uint32_t seed, uint32_t trips) {
  for (uint32_t i = 0; i < threads; i++) {
    uint32_t value = 0;
    for (uint32_t a = 0; a < 8; a++) {
      uint32_t h = mix(seed + i * 8 + a), bits;
      float y = single((h & 0x7fffff) | 0x3f800000) - 1.5f;
      float k = single((mix(h + 0x9e3779b9u) & 0x1fffff) | 0xbfe00000);
      for (uint32_t step = 0; step < trips * 8; step++) y = fmaf(y, y, k);
      memcpy(&bits, &y, 4);
      value = value * 31 + bits;
    }
    out[i] = value;
  }
}

/* +1 and -1 from the sign of a half. */
static int half_at(uint32_t reg, int high) { return (reg >> (high ? 31 : 15)) & 1 ? -1 : 1; }

/* Whole matrices of one warp, gathered from the fragments, multiplied, and dealt out again. */
static void mma(int c[32][4], uint32_t a[32][4], uint32_t b[32][2]) {
  int A[16][16], B[16][8];
  for (int lane = 0; lane < 32; lane++) {
    int group = lane >> 2, member = lane & 3;
    for (int r = 0; r < 4; r++)
      for (int high = 0; high < 2; high++)
        A[group + (r & 1) * 8][member * 2 + high + (r >> 1) * 8] = half_at(a[lane][r], high);
    for (int r = 0; r < 2; r++)
      for (int high = 0; high < 2; high++) B[member * 2 + high + r * 8][group] = half_at(b[lane][r], high);
  }
  for (int lane = 0; lane < 32; lane++) {
    int group = lane >> 2, member = lane & 3;
    for (int e = 0; e < 4; e++)
      for (int k = 0; k < 16; k++) c[lane][e] += A[group + (e >> 1) * 8][k] * B[k][member * 2 + (e & 1)];
  }
}

static void tensor_chain(uint32_t *out, uint32_t threads, uint32_t seed, uint32_t trips) {
  static int c[16][32][4];
  static uint32_t a[2][32][4], b[8][32][2], state[32];
  for (uint32_t warp = 0; warp < threads / 32; warp++) {
    memset(c, 0, sizeof c);
    for (int lane = 0; lane < 32; lane++) {
      uint32_t base = seed + (warp * 32 + lane) * 32;
      for (int r = 0; r < 8; r++) a[r / 4][lane][r % 4] = (mix(base + r) & 0x80008000) ^ 0x3c003c00;
      for (int r = 0; r < 16; r++) b[r / 2][lane][r % 2] = (mix(base + 8 + r) & 0x80008000) ^ 0x3c003c00;
      state[lane] = mix(base + 24);
    }
    for (uint32_t trip = 0; trip < trips; trip++) {
      for (int lane = 0; lane < 32; lane++) {
        for (int r = 0; r < 8; r++) {
          state[lane] = state[lane] * 1664525u + 1013904223u;
          a[r / 4][lane][r % 4] ^= state[lane] & 0x80008000;
        }
        state[lane] = state[lane] * 1664525u + 1013904223u;
        for (int j = 0; j < 8; j++) b[j][lane][0] ^= state[lane] & 0x80008000;
      }
      for (int i = 0; i < 2; i++)
        for (int j = 0; j < 8; j++) mma(c[i * 8 + j], a[i], b[j]);
    }
    for (int lane = 0; lane < 32; lane++) {
      uint32_t value = 0;
      for (int t = 0; t < 16; t++)
        for (int e = 0; e < 4; e++) value = value * 31 + (uint32_t)c[t][lane][e];
      out[warp * 32 + lane] = value;
    }
  }
}

#define PARAMETER(type, number) (*(type *)parameters[number])
CUresult cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                        unsigned shared, void *stream, void **parameters, void **extra) {
  FAULT;
  (void)shared; (void)stream; (void)extra;
  uint32_t threads = gx * gy * gz * bx * by * bz;
  uint32_t *first = (uint32_t *)(uintptr_t)PARAMETER(uint64_t, 0);
  const char *name = function, *wrong = getenv("FAKE_WRONG");
  uint32_t written = threads;
  if (!strcmp(name, "fp32_chain")) fp32_chain(first, threads, PARAMETER(uint32_t, 1), PARAMETER(uint32_t, 2));
  else if (!strcmp(name, "tensor_chain")) tensor_chain(first, threads, PARAMETER(uint32_t, 1), PARAMETER(uint32_t, 2));
  else if (!strcmp(name, "memory_fill")) {
    uint64_t words = PARAMETER(uint64_t, 1);
    for (uint64_t i = 0; i < words; i++) first[i] = mix((uint32_t)i + PARAMETER(uint32_t, 2));
    written = (uint32_t)words;
  } else if (!strcmp(name, "memory_pass")) {
    const uint32_t *from = (const uint32_t *)(uintptr_t)PARAMETER(uint64_t, 1);
    uint64_t words = PARAMETER(uint64_t, 2);
    for (uint64_t i = 0; i < words; i++) first[i] = from[i] * PARAMETER(uint32_t, 3) + PARAMETER(uint32_t, 4);
    written = (uint32_t)words;
  } else if (!strcmp(name, "memory_fold")) {
    const uint32_t *from = (const uint32_t *)(uintptr_t)PARAMETER(uint64_t, 1);
    uint64_t words = PARAMETER(uint64_t, 2);
    for (uint32_t i = 0; i < threads; i++) {
      uint32_t value = 0;
      for (uint64_t at = i * 4ull; at < words; at += threads * 4ull)
        for (int e = 0; e < 4; e++) value = value * 31 + from[at + e];
      first[i] = value;
    }
  } else return 500;
  if (wrong && !strcmp(wrong, name))
    for (uint32_t i = 0; i < written; i += 4) first[i] ^= 1;
  return 0;
}
