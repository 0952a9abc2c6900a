// What short words in keys stand for: emrg_cntct_nm is the name of an emergency contact.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace piiscrub {

/// The word that `folded` is short for, in lower case, or nothing. Only such as stand for one word whatever they stand
/// beside: what means several things (sec, inc, ph) belongs into the phrases of rules.
std::string_view written_out(std::string_view folded);

void for_each_abbreviation(const std::function<void(std::string_view)>& take);

/// Adds words that keys are made of besides those of the rules' phrases: custbirthdt, strphone.
void add_words_in_compounds(std::set<std::string>& words);

}  // namespace piiscrub
