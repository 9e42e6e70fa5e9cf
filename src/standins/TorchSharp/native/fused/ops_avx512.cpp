// 32 registers of 16 floats: 14 rows of 32 columns are accumulated at once.
#include "ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#ifdef VLMQ_X86_VARIANTS
#include <immintrin.h>

#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,prefer-vector-width=512")
#define VLMQ_TABLE ops_avx512
#define VLMQ_NAME "avx512"
#define VLMQ_LANES 16
#define VLMQ_ROWS 14
#include "ops_body.h"
#endif
