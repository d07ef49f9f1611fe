// Ends with failure code 5.
#include "feature.h"
    li      t5, 5
    j       fail
