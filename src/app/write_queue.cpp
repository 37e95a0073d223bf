#include "app/write_queue.h"

#include <iterator>
#include <utility>

namespace chatreports::app {

void WriteQueue::push(api::Channel channel, WriteGroup group) {
  Queues& queues = of(channel);
  std::deque<WriteGroup>& groups = queues.groups[group.license];
  if (groups.empty()) queues.turns.push_back(group.license);
  groups.push_back(std::move(group));
  ++size_;
}

std::vector<WriteGroup> WriteQueue::take(api::Channel channel, std::size_t most_records) {
  Queues& queues = of(channel);
  std::vector<WriteGroup> taken;
  if (queues.turns.empty()) return taken;
  const LicenseId license = queues.turns.front();
  queues.turns.pop_front();
  const auto found = queues.groups.find(license);
  std::deque<WriteGroup>& groups = found->second;
  std::size_t records = 0;
  while (!groups.empty()) {
    records += groups.front().records.size() - groups.front().written;
    if (!taken.empty() && records > most_records) break;
    taken.push_back(std::move(groups.front()));
    groups.pop_front();
  }
  size_ -= taken.size();
  if (groups.empty()) {
    queues.groups.erase(found);
  } else {
    queues.turns.push_back(license);
  }
  return taken;
}

void WriteQueue::put_back(api::Channel channel, std::vector<WriteGroup> groups) {
  if (groups.empty()) return;
  Queues& queues = of(channel);
  const LicenseId license = groups.front().license;
  std::deque<WriteGroup>& waiting = queues.groups[license];
  if (waiting.empty()) queues.turns.push_back(license);
  size_ += groups.size();
  waiting.insert(waiting.begin(), std::make_move_iterator(groups.begin()),
                 std::make_move_iterator(groups.end()));
}

std::vector<WriteGroup> WriteQueue::take_all() {
  std::vector<WriteGroup> all;
  for (Queues* queues : {&webhooks_, &bulk_}) {
    for (auto& [license, groups] : queues->groups) {
      all.insert(all.end(), std::make_move_iterator(groups.begin()),
                 std::make_move_iterator(groups.end()));
    }
    *queues = {};
  }
  size_ = 0;
  return all;
}

std::size_t WriteQueue::size(api::Channel channel, LicenseId license) const {
  const Queues& queues = of(channel);
  const auto found = queues.groups.find(license);
  return found == queues.groups.end() ? 0 : found->second.size();
}

}  // namespace chatreports::app
