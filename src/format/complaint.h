// Sentences of forms that say what is wrong with a value, where the value would stand: they hide nothing.
#pragma once

#include <string_view>

namespace piiscrub {

/// Whether `sentence` is the message of a form library in a language other than English: Este campo es obligatorio.
bool is_translated_complaint(std::string_view sentence);

/// Whether such a message begins `text`, which goes on behind its full stop.
bool begins_translated_complaint(std::string_view text);

}  // namespace piiscrub
