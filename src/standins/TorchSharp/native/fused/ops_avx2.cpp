// 16 registers of 8 floats: 6 rows of 16 columns are accumulated at once.
#include "ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#ifdef VLMQ_X86_VARIANTS
#include <immintrin.h>

#pragma GCC target("avx2,fma,f16c")
#define VLMQ_TABLE ops_avx2
#define VLMQ_NAME "avx2"
#define VLMQ_LANES 8
#define VLMQ_ROWS 6
#include "ops_body.h"
#endif
