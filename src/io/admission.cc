#include "io/admission.h"

#include <utility>

namespace piiscrub::io {

std::optional<Ticket> Ticket::take(std::shared_ptr<Admission> admission, std::string address) {
  const ListenerOptions& options = admission->options;
  const auto same_address = admission->per_address.find(address);
  const std::size_t of_address = same_address == admission->per_address.end() ? 0 : same_address->second;
  if (admission->stats.connections >= options.max_connections || of_address >= options.max_connections_per_address) {
    ++admission->stats.refused;
    return std::nullopt;
  }
  ++admission->stats.connections;
  ++admission->stats.accepted;
  if (!address.empty()) ++admission->per_address[address];
  return Ticket(std::move(admission), std::move(address));
}

void Ticket::release() {
  const std::shared_ptr<Admission> admission = std::exchange(admission_, nullptr);
  if (admission == nullptr) return;
  --admission->stats.connections;
  const auto entry = admission->per_address.find(address_);
  if (entry != admission->per_address.end() && --entry->second == 0) admission->per_address.erase(entry);
}

}  // namespace piiscrub::io
