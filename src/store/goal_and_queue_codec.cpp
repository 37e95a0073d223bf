#include "store/goal_and_queue_codec.h"

namespace chatreports::store {
namespace {

enum AchievementFlag : std::uint8_t { has_time = 1, from_chat = 2, all_achievement_flags = 3 };

}  // namespace

void write_achievements(RecordEncoder& encoder, const std::vector<chat::Achievement>& achievements,
                        Instant started_at) {
  encoder.number(achievements.size());
  for (const chat::Achievement& achievement : achievements) {
    encoder.byte(static_cast<std::uint8_t>((achievement.at ? has_time : 0) |
                                           (achievement.from_chat ? from_chat : 0)));
    encoder.integer(achievement.id);
    if (achievement.at) encoder.time(*achievement.at, started_at);
  }
}

std::vector<chat::Achievement> read_achievements(RecordDecoder& decoder, Instant started_at) {
  std::vector<chat::Achievement> achievements(decoder.count());
  for (chat::Achievement& achievement : achievements) {
    const std::uint8_t flags = decoder.byte();
    if ((flags & ~all_achievement_flags) != 0) decoder.fail();
    achievement.from_chat = (flags & from_chat) != 0;
    achievement.id = decoder.integer();
    if ((flags & has_time) != 0) achievement.at = decoder.time(started_at);
  }
  return achievements;
}

void write_queue(RecordEncoder& encoder, const chat::ThreadRecord& record) {
  encoder.flag(record.queues_duration.has_value());
  if (record.queues_duration) encoder.integer(*record.queues_duration);
  const Instant start = record.started_at;
  encoder.number(record.queued_at.size());
  for (const Instant at : record.queued_at) encoder.time(at, start);
  encoder.number(record.queue_stays.size());
  for (const chat::QueueStay& stay : record.queue_stays) {
    encoder.time(stay.entered_at, start);
    encoder.time(stay.ended_at, start);
    encoder.flag(stay.has_entered);
  }
}

void read_queue(RecordDecoder& decoder, chat::ThreadRecord& record) {
  if (decoder.flag()) record.queues_duration = decoder.integer();
  const Instant start = record.started_at;
  record.queued_at.resize(decoder.count());
  for (Instant& at : record.queued_at) at = decoder.time(start);
  record.queue_stays.resize(decoder.count());
  for (chat::QueueStay& stay : record.queue_stays) {
    stay.entered_at = decoder.time(start);
    stay.ended_at = decoder.time(start);
    stay.has_entered = decoder.flag();
  }
}

}  // namespace chatreports::store
