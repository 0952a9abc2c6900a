// A Result cannot be dropped: its error would be lost.
#include "piiscrub/result.h"

piiscrub::Result<int> load();

void use() {
#ifdef PIISCRUB_MUST_NOT_COMPILE
  load();
#else
  (void)load().has_value();
#endif
}
