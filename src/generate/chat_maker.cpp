#include "generate/chat_maker.h"

#include <algorithm>
#include <array>

#include "generate/vocabulary.h"

namespace chatreports::generate {
namespace {

Duration seconds(std::int64_t count) {
  return std::chrono::seconds(count);
}

template <class T>
const T& one_of(std::span<const T> values, Random& random) {
  return values[random.below(static_cast<std::uint32_t>(values.size()))];
}

}  // namespace

ChatMaker::ChatMaker(const Options& options, const Team& team, const Greetings& greetings)
    : options_(options),
      team_(team),
      greetings_(greetings),
      tag_popularity_(tags().size(), 2),
      country_popularity_(countries().size(), 1) {}

const Chat& ChatMaker::make(std::uint64_t number, Instant start, Agenda& agenda) {
  random_ = Random(options_.seed, Purpose::chats, number);
  chat_.number = number;
  chat_.started_at = start;
  chat_.greeting = greetings_.accepted_by(number);
  chat_.continuous = random_.chance(80);
  pace_ = chat_.continuous ? Pace::continuous : Pace::live;
  choose_customer();
  choose_visit();
  choose_tags();
  choose_properties();
  talk();
  rate();
  achieve(agenda);
  return chat_;
}

void ChatMaker::choose_customer() {
  Customer& customer = chat_.customer;
  customer.first_name = one_of(first_names(), random_);
  customer.last_name = one_of(last_names(), random_);
  customer.number = random_.below(100'000);
  customer.id_high = random_.next();
  customer.id_low = random_.next();
}

// The country of one visit in fifty is not known. One chat in a hundred has an event of type
// `system`.
void ChatMaker::choose_visit() {
  Random random(options_.seed, Purpose::visits, chat_.number);
  chat_.country = {};
  if (random.chance(980)) chat_.country = countries()[country_popularity_.pick(random)];
  has_system_event_ = random.chance(10);
}

void ChatMaker::choose_tags() {
  chat_.tags.clear();
  // Two of eight chats have no tag, three have one, and one each has two, three and four.
  constexpr std::array<int, 8> counts = {0, 0, 1, 1, 1, 2, 3, 4};
  const int count = counts[random_.below(counts.size())];
  for (int i = 0; i < count; ++i) {
    const std::string_view tag = tags()[tag_popularity_.pick(random_)];
    if (std::ranges::find(chat_.tags, tag) == chat_.tags.end()) chat_.tags.push_back(tag);
  }
}

void ChatMaker::choose_properties() {
  chat_.platform = one_of(platforms(), random_);
  chat_.start_page = one_of(pages(), random_);
  chat_.shop.reset();
  if (!random_.chance(300)) return;
  Shop& shop = chat_.shop.emplace();
  shop.plan = one_of(plans(), random_);
  shop.items = random_.below(12);
  shop.returning = random_.chance(400);
}

void ChatMaker::bring_in(std::size_t agent) {
  agent_ = agent;
  const Agent& joining = team_.agent(agent);
  chat_.agents.push_back(&joining);
  const std::uint64_t group = one_of(std::span<const std::uint64_t>(joining.groups), random_);
  if (std::ranges::find(chat_.groups, group) == chat_.groups.end()) chat_.groups.push_back(group);
}

void ChatMaker::talk() {
  chat_.agents.clear();
  chat_.groups.clear();
  chat_.events.clear();
  chat_.ended_at.reset();
  chat_.active = false;
  now_ = chat_.started_at;
  responses_ = 0;
  closed_ = false;
  transferred_after_.reset();
  queue_.reset();
  chat_.begins_in_queue = false;
  chat_.queue_seconds.reset();

  bring_in(team_.pick(now_, random_));
  if (random_.chance(40)) {
    wait_in_vain();
    return;
  }
  int left = turns(random_);
  if (team_.size() > 1 && random_.chance(128)) {
    transferred_after_ = static_cast<int>(random_.below(2));
    left += 2;
  }
  agent_began_ = !chat_.greeting && random_.chance(25);
  if (pace_ == Pace::live && !agent_began_) plan_queue(left);
  if (agent_began_) {
    speak(&team_.agent(agent_));
  } else {
    begin();
  }
  bool agent_speaks = false;
  for (; left > 0 && !closed_; --left) {
    if (agent_speaks) {
      agents_turn();
    } else {
      customers_turn();
    }
    agent_speaks = !agent_speaks;
  }
  finish();
}

void ChatMaker::plan_queue(int& turns_left) {
  queue_ = queue_wait_of(options_.seed, chat_.number, chat_.started_at);
  if (!queue_) return;
  chat_.begins_in_queue = queue_->is_at_start;
  if (!queue_->is_at_start) turns_left += 2;
}

// The chat window does this by itself.
void ChatMaker::welcome() {
  if (!random_.chance(300)) return;
  happen(Duration(random_.between(100'000, 900'000)), EventKind::welcome, &team_.agent(agent_));
}

void ChatMaker::begin() {
  if (!chat_.begins_in_queue) welcome();
  if (!random_.chance(160)) return;
  if (Event* event = happen(Duration(random_.between(10'000, 90'000)), EventKind::filled_form)) {
    event->form = &one_of(pre_chat_forms(), random_);
  }
}

void ChatMaker::agents_turn() {
  if (queue_ && queue_->after_responses == responses_) wait_in_queue();
  if (closed_) return;
  if (transferred_after_ == responses_) transfer();
  if (random_.chance(25)) {
    happen(seconds(1), EventKind::whisper, &team_.agent(agent_));
  }
  now_ = now_ + (responses_ == 0 ? first_response_wait(pace_, random_)
                                 : later_response_wait(pace_, random_));
  speak(&team_.agent(agent_));
  if (!closed_) ++responses_;
}

void ChatMaker::customers_turn() {
  const bool begins = responses_ == 0 && !agent_began_;
  const Duration pause = begins ? seconds(0) : customer_pause(pace_, random_);
  if (pause > idle_limit(pace_)) {
    announce(idle_limit(pace_), "routing.archived_inactive");
    closed_ = true;
    return;
  }
  now_ = now_ + pause;
  speak(nullptr);
  if (random_.chance(10)) happen(seconds(1), EventKind::custom);
  if (has_system_event_) happen(seconds(1), EventKind::system);
  has_system_event_ = false;
}

// One to three messages in a row; rarely one of them is a file or a card.
void ChatMaker::speak(const Agent* agent) {
  constexpr std::array<int, 8> counts = {1, 1, 1, 1, 1, 1, 2, 3};
  const int count = counts[random_.below(counts.size())];
  for (int i = 0; i < count; ++i) {
    EventKind kind = EventKind::message;
    if (random_.chance(30)) kind = EventKind::file;
    if (agent != nullptr && random_.chance(40)) kind = EventKind::rich_message;
    const Duration typing{random_.between(1'500'000, 20'000'000)};
    happen(i == 0 ? Duration{random_.between(1'000, 400'000)} : typing, kind, agent);
  }
}

// The chat that nobody answers: often nobody was even asked to.
void ChatMaker::wait_in_vain() {
  if (random_.chance(500)) chat_.agents.clear();
  speak(nullptr);
  announce(seconds(random_.between(120, 900)), "routing.archived_inactive");
  closed_ = true;
}

void ChatMaker::transfer() {
  announce(seconds(random_.between(5, 90)), "routing.assigned_other");
  bring_in(team_.pick_another(agent_, now_, random_));
}

// A chat that is in the queue from its start has no agent yet.
void ChatMaker::wait_in_queue() {
  const QueueWait wait = *queue_;
  queue_.reset();
  Instant begin = chat_.started_at;
  if (!wait.is_at_start) {
    announce(seconds(random_.between(5, 90)), "routing.unassigned_disconnected");
    begin = now_;
  }
  now_ = std::max(now_, begin + wait.length);
  const bool waits_still = closed_ || now_ >= options_.end;
  if (wait.is_at_start && (waits_still || wait.customer_leaves)) chat_.agents.clear();
  if (waits_still) {
    chat_.active = true;
    closed_ = true;
    return;
  }
  if (wait.is_length_told) {
    const auto waited = std::chrono::floor<std::chrono::seconds>(now_ - begin);
    chat_.queue_seconds = static_cast<std::uint64_t>(waited.count());
  }
  if (wait.customer_leaves) {
    announce(Duration{}, "archived_customer_disconnected");
    closed_ = true;
  } else if (wait.is_at_start) {
    welcome();
  } else if (team_.size() > 1) {
    bring_in(team_.pick_another(agent_, now_, random_));
  }
}

void ChatMaker::finish() {
  const bool survey = random_.chance(70);
  if (survey && !closed_) {
    const Form& form = one_of(post_chat_forms(), random_);
    if (Event* event = happen(seconds(random_.between(2, 60)), EventKind::form)) {
      event->form = &form;
    }
    if (Event* event = happen(seconds(random_.between(8, 120)), EventKind::filled_form)) {
      event->form = &form;
    }
  }
  if (!closed_ && random_.chance(600)) {
    announce(seconds(random_.between(5, 180)), "manual_archived_agent");
  }
  if (!chat_.active && random_.chance(330)) chat_.ended_at = now_;
}

void ChatMaker::rate() {
  chat_.rating.reset();
  const bool rated = random_.chance(260);
  if (!rated || responses_ == 0) return;
  chat_.rating = Rating{random_.chance(880), {}};
  if (random_.chance(200)) chat_.rating->comment = one_of(rating_comments(), random_);
}

// A fourth of what is reached is told by the chat, the rest by records.
void ChatMaker::achieve(Agenda& agenda) {
  chat_.goal.reset();
  chat_.sale.reset();
  const auto reach = [&](std::uint32_t per_mille, std::uint32_t kinds, std::string_view record,
                         std::optional<ToldAchievement>& told) {
    if (!random_.chance(per_mille)) return;
    const std::uint64_t id = random_.below(kinds) + 1;
    const Instant at = chat_.started_at + Duration{random_.between(60'000'000, 1'800'000'000)};
    if (random_.chance(750)) {
      agenda.add(at, Achievement{record, chat_.number, id});
    } else if (at < options_.end) {
      told = ToldAchievement{id, at};
    }
  };
  reach(50, 5, "goal", chat_.goal);
  reach(20, 3, "sale", chat_.sale);
}

Event* ChatMaker::happen(Duration after, EventKind kind, const Agent* agent) {
  now_ = now_ + after;
  if (now_ >= options_.end) {
    chat_.active = true;
    closed_ = true;
    return nullptr;
  }
  Event& event = chat_.events.emplace_back();
  event.kind = kind;
  event.at = now_;
  event.agent = agent;
  event.choice = random_.next();
  return &event;
}

void ChatMaker::announce(Duration after, std::string_view system_type) {
  if (Event* event = happen(after, EventKind::system_message)) event->system_type = system_type;
}

}  // namespace chatreports::generate
