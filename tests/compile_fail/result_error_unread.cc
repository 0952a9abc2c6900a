// A Result is no bool by accident: adding one to a number is no test for success.
#include "piiscrub/result.h"

int use(const piiscrub::Result<int>& result) {
#ifdef PIISCRUB_MUST_NOT_COMPILE
  return result + 1;
#else
  return result ? 1 : 0;
#endif
}
