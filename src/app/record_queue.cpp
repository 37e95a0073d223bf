#include "app/record_queue.h"

#include <utility>
#include <variant>

namespace chatreports::app {
namespace {

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += sizeof(std::string) + text.size();
  return bytes;
}

std::size_t bytes_of(const std::vector<chat::Property>& properties) {
  std::size_t bytes = 0;
  for (const chat::Property& property : properties) {
    bytes += sizeof property + property.name_space.size() + property.name.size();
    if (const auto* text = std::get_if<std::string>(&property.value)) bytes += text->size();
  }
  return bytes;
}

std::size_t bytes_of(const chat::ThreadRecord& thread) {
  std::size_t bytes = bytes_of(thread.agents) + bytes_of(thread.tags);
  bytes += thread.groups.size() * sizeof(std::int64_t);
  bytes += (thread.goals.size() + thread.sales.size()) * sizeof(chat::Achievement);
  bytes += bytes_of(thread.properties) + bytes_of(thread.chat_properties);
  for (const chat::Event& event : thread.events) {
    bytes += sizeof event + event.agent_id.size();
    if (event.filled_form) bytes += bytes_of(event.filled_form->answers);
  }
  return bytes;
}

constexpr std::size_t bytes_of_update = 2 * sizeof(chat::TimedUpdate);

// Only a chat can be large. Short texts are counted, although they need no memory of their own: the
// limit needs no precision.
std::size_t bytes_of(const chat::Record& record) {
  if (const auto* chat = std::get_if<chat::ChatRecord>(&record)) {
    return sizeof record + bytes_of(chat->thread);
  }
  const auto* webhook = std::get_if<chat::WebhookRecord>(&record);
  if (webhook == nullptr) return sizeof record;
  return sizeof record + webhook->updates.size() * bytes_of_update +
         (webhook->beginning ? bytes_of(*webhook->beginning) : 0);
}

}  // namespace

bool RecordQueue::is_full() const {
  return records_ >= limits_.records || bytes_ >= limits_.bytes;
}

bool RecordQueue::push(std::vector<chat::Record> records) {
  std::size_t bytes = 0;
  for (const chat::Record& record : records) bytes += bytes_of(record);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !is_full(); });
  if (closed_) return false;
  if (records.empty()) return true;
  if (group_.empty()) first_pushed_at_ = std::chrono::steady_clock::now();
  records_ += records.size();
  bytes_ += bytes;
  group_.push_back(std::move(records));
  changed_.notify_all();
  const RecordGroup used = std::exchange(used_, {});
  lock.unlock();
  return true;
}

RecordGroup RecordQueue::take(RecordGroup used) {
  std::unique_lock lock(mutex_);
  used_.swap(used);
  changed_.wait(lock, [this] { return closed_ || !group_.empty(); });
  changed_.wait_until(lock, first_pushed_at_ + limits_.age,
                      [this] { return closed_ || is_full(); });
  records_ = 0;
  bytes_ = 0;
  changed_.notify_all();
  return std::exchange(group_, {});
}

void RecordQueue::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace chatreports::app
