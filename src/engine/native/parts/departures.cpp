#include "engine/native/parts/departures.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

namespace chatreports::engine::native {

Departures::Departure Departures::operator[](std::uint32_t number) const {
  return {rows_[number],
          text_of(thread_ids_, number),
          text_of(chat_ids_, number),
          customers_[number],
          groups_[number],
          queued_at_[number],
          has_pre_chat_form_[number] != 0};
}

std::uint32_t Departures::first_from(std::uint32_t row) const {
  return static_cast<std::uint32_t>(std::ranges::lower_bound(rows_, row) - rows_.begin());
}

Departures Departures::merged(std::span<const Moved> from) {
  std::vector<Departure> departures;
  for (const Moved& moved : from) {
    for (std::uint32_t number = 0; number < moved.departures->size(); ++number) {
      Departure departure = (*moved.departures)[number];
      departure.row = (*moved.rows)[departure.row];
      if (departure.row != gone) departures.push_back(departure);
    }
  }
  std::ranges::sort(departures, {}, &Departure::row);
  Builder builder;
  for (const Departure& departure : departures) builder.add(departure);
  return std::move(builder).build();
}

void Departures::Builder::add(std::uint32_t row, const chat::Thread& facts) {
  if (!facts.queue || facts.queue->outcome != chat::QueueOutcome::left) return;
  const chat::Queue& queue = *facts.queue;
  const bool has_pre_chat_form =
      std::ranges::any_of(facts.submissions, [](const chat::SurveySubmission& submission) {
        return submission.type == chat::SurveyType::pre_chat;
      });
  add({row, queue.thread_id, queue.chat_id, queue.customer.value_or(chat::CustomerDigest{}),
       facts.groups.empty() ? 0 : facts.groups.front(), queue.began_at, has_pre_chat_form});
}

void Departures::Builder::add(const Departure& departure) {
  const std::string_view key = departure.key();
  rows_.push_back(static_cast<std::uint16_t>(departure.row));
  key_hashes_.push_back(static_cast<std::uint32_t>(XXH3_64bits(key.data(), key.size())));
  thread_ids_.push_back(departure.thread_id);
  chat_ids_.push_back(departure.chat_id);
  customers_.push_back(departure.customer);
  groups_.push_back(departure.group);
  queued_at_.push_back(departure.queued_at);
  has_pre_chat_form_.push_back(departure.has_pre_chat_form ? 1 : 0);
}

Departures Departures::Builder::build() && {
  Departures departures;
  departures.rows_ = std::move(rows_);
  departures.key_hashes_ = std::move(key_hashes_);
  departures.thread_ids_ = std::move(thread_ids_).build();
  departures.chat_ids_ = std::move(chat_ids_).build();
  departures.customers_ = std::move(customers_);
  departures.groups_ = std::move(groups_);
  departures.queued_at_ = std::move(queued_at_);
  departures.has_pre_chat_form_ = std::move(has_pre_chat_form_);
  return departures;
}

}  // namespace chatreports::engine::native
