// Webhooks over HTTP at a steady rate into a running server, while reports are asked of it. Prints
// how long webhooks took to be acknowledged, and how long each report took, beside its time while
// nothing else was going on. Answers are checked: each webhook must be accepted, and in the end the
// server must count as many chats more as were told of.

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <deque>
#include <random>
#include <thread>
#include <vector>

#include "app/clock.h"
#include "base/check.h"
#include "time/rfc3339.h"

namespace chatreports {
namespace {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::duration<double, std::micro>;

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(q * static_cast<double>(values.size())))];
}

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }

  void send(std::string_view path, std::string_view header, std::string_view body) {
    const std::string request = fmt::format(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{}"
        "Content-Length: {}\r\n\r\n{}",
        path, header, body.size(), body);
    CHECK(::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size()));
  }

  // Reads what has come, waiting for something; true where the answer is whole now.
  bool receive() {
    std::array<char, 65'536> piece{};
    const ssize_t length = ::recv(socket_, piece.data(), piece.size(), 0);
    CHECK(length > 0);
    received_.append(piece.data(), static_cast<std::size_t>(length));
    const std::size_t end = received_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    constexpr std::string_view name = "Content-Length: ";
    const std::size_t at = received_.find(name);
    CHECK(at < end);
    std::size_t body_bytes = 0;
    std::from_chars(received_.data() + at + name.size(), received_.data() + end, body_bytes);
    if (received_.size() < end + 4 + body_bytes) return false;
    CHECK(received_.starts_with("HTTP/1.1 200"));
    body_ = received_.substr(end + 4, body_bytes);
    received_.erase(0, end + 4 + body_bytes);
    return true;
  }
  const std::string& body() const { return body_; }

 private:
  int socket_;
  std::string received_;
  std::string body_;
};

// Chats as they are lived: a few hundred run at a time, and each webhook is of any of them.
class Webhooks {
 public:
  explicit Webhooks(std::string secret) : secret_(std::move(secret)) {}

  std::string next() {
    if (running_.size() < 500) {
      running_.push_back({fmt::format("live{}", ++chats_), 0, app::now()});
      Running& chat = running_.back();
      return webhook("incoming_chat",
                     fmt::format(R"("chat":{{"id":"C{0}","users":[{{"id":"agent{1}@example.com",)"
                                 R"("type":"agent"}},{{"id":"visitor","type":"customer"}}],)"
                                 R"("properties":{{"routing":{{"continuous":false}}}},)"
                                 R"("access":{{"group_ids":[{2}]}},"thread":{{"id":"{0}",)"
                                 R"("created_at":"{3}","user_ids":["agent{1}@example.com",)"
                                 R"("visitor"],"events":[],"access":{{"group_ids":[{2}]}}}}}})",
                                 chat.id, chats_ % 200, chats_ % 6, format_rfc3339(chat.began)));
    }
    const std::size_t which = chance_() % running_.size();
    Running& chat = running_[which];
    const std::string ids = fmt::format(R"("chat_id":"C{0}","thread_id":"{0}")", chat.id);
    const int step = ++chat.steps;
    if (step <= 8) {
      return webhook(
          "incoming_event",
          fmt::format(R"({},"event":{{"id":"{}_{}","type":"message","text":"How can I help you )"
                      R"(today? I have had this question for a while.","visibility":"all",)"
                      R"("created_at":"{}","author_id":"{}"}})",
                      ids, chat.id, step, format_rfc3339(app::now()),
                      step % 2 == 1 ? "visitor" : "agent1@example.com"));
    }
    if (step == 9) return webhook("thread_tagged", ids + R"(,"tag":"support")");
    if (step == 10) {
      return webhook("thread_properties_updated", ids + R"(,"properties":{"rating":{"score":1}})");
    }
    const std::string last = webhook("chat_deactivated", ids);
    running_[which] = running_.back();
    running_.pop_back();
    return last;
  }
  std::uint64_t chats() const { return chats_; }

 private:
  struct Running {
    std::string id;
    int steps = 0;
    Instant began;
  };

  std::string webhook(std::string_view action, const std::string& payload) const {
    return fmt::format(R"({{"webhook_id":"w","secret_key":"{}","action":"{}","license_id":1,)"
                       R"("payload":{{{}}},"additional_data":{{}}}})",
                       secret_, action, payload);
  }

  std::string secret_;
  std::uint64_t chats_ = 0;
  std::vector<Running> running_;
  std::minstd_rand chance_{7};
};

struct Report {
  std::string path;
  std::string body;
  std::vector<double> idle;  // microseconds
  std::vector<double> busy;
};

double ask(Connection& connection, const Report& report, const std::string& token) {
  const auto begun = Clock::now();
  connection.send("/v3.4/reports/" + report.path, "Authorization: Bearer " + token + "\r\n",
                  report.body);
  while (!connection.receive()) {
  }
  return Microseconds(Clock::now() - begun).count();
}

std::uint64_t total_of(const std::string& answer) {
  constexpr std::string_view name = R"("total":)";
  std::uint64_t total = 0;
  const std::size_t at = answer.find(name);
  CHECK(at != std::string::npos);
  std::from_chars(answer.data() + at + name.size(), answer.data() + answer.size(), total);
  return total;
}

struct Load {
  std::vector<double> acknowledged;  // microseconds
  std::uint64_t chats = 0;
  double seconds = 0;
};

// Sends at the rate, over as many of the connections as it takes, until the time is over; then
// waits for the answers that are under way.
Load send_webhooks(std::deque<Connection>& all, const std::string& secret, double rate,
                   double seconds) {
  // The load is not to be in the way of what is measured.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10);
  Webhooks webhooks(secret);
  Load load;
  const std::size_t connections = all.size();
  std::vector<Clock::time_point> sent_at(connections);
  std::vector<std::size_t> idle;
  const int poll = ::epoll_create1(0);
  for (std::size_t i = 0; i < connections; ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    CHECK(::epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket(), &event) == 0);
    idle.push_back(i);
  }
  const auto begun = Clock::now();
  std::uint64_t sent = 0;
  while (true) {
    const double elapsed = std::chrono::duration<double>(Clock::now() - begun).count();
    const bool is_over = elapsed >= seconds;
    if (is_over && idle.size() == connections) break;
    while (!is_over && !idle.empty() && static_cast<double>(sent) < rate * elapsed) {
      const std::size_t i = idle.back();
      idle.pop_back();
      sent_at[i] = Clock::now();
      all[i].send("/ingest/webhooks/livechat", "", webhooks.next());
      ++sent;
    }
    std::array<epoll_event, 256> events{};
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 1);
    for (int at = 0; at < ready; ++at) {
      const std::size_t i = events[static_cast<std::size_t>(at)].data.u64;
      if (!all[i].receive()) continue;
      load.acknowledged.push_back(Microseconds(Clock::now() - sent_at[i]).count());
      idle.push_back(i);
    }
  }
  ::close(poll);
  load.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  load.chats = webhooks.chats();
  return load;
}

int run(std::uint16_t port, const std::string& secret, const std::string& token, double rate,
        double seconds, std::size_t connections, double reports_per_second) {
  const Instant now = app::now();
  const auto filters = [now](int days, std::string_view more) {
    return fmt::format(R"({{"timezone":"Europe/Warsaw","filters":{{"from":"{}","to":"{}"{}}}}})",
                       format_rfc3339(now - std::chrono::days(days)),
                       format_rfc3339(now + std::chrono::days(1)), more);
  };
  const std::string two_agents =
      R"(,"agents":{"values":["agent1@example.com","agent2@example.com"]})";
  std::vector<Report> reports = {{"chats/total_chats", filters(7, ""), {}, {}},
                                 {"chats/tags", filters(7, two_agents), {}, {}},
                                 {"chats/duration", filters(365, ""), {}, {}},
                                 {"chats/first_response_time", filters(30, ""), {}, {}},
                                 {"agents/availability", filters(7, ""), {}, {}},
                                 {"agents/performance", filters(7, ""), {}, {}}};
  const Report all_chats{"chats/total_chats", filters(7, ""), {}, {}};
  Connection connection(port);
  ask(connection, all_chats, token);
  const std::uint64_t before = total_of(connection.body());
  for (Report& report : reports) {
    for (int time = 0; time < 300; ++time) report.idle.push_back(ask(connection, report, token));
  }

  std::deque<Connection> senders;
  while (senders.size() < connections) senders.emplace_back(port);
  std::atomic<bool> is_over = false;
  std::thread asking([&] {
    auto next = Clock::now();
    for (std::size_t at = 0; !is_over; ++at) {
      Report& report = reports[at % reports.size()];
      report.busy.push_back(ask(connection, report, token));
      next += std::chrono::microseconds(static_cast<std::int64_t>(1e6 / reports_per_second));
      std::this_thread::sleep_until(next);
    }
  });
  const Load load = send_webhooks(senders, secret, rate, seconds);
  is_over = true;
  asking.join();
  ask(connection, all_chats, token);
  CHECK(total_of(connection.body()) == before + load.chats);

  fmt::print(
      "{:.0f} webhooks a second for {:.1f} s, {:.0f} asked for; {} chats are told of and "
      "counted\nacknowledged after {:.1f} ms in the median, {:.1f} ms p99, {:.1f} ms at most\n",
      static_cast<double>(load.acknowledged.size()) / load.seconds, load.seconds, rate, load.chats,
      quantile(load.acknowledged, 0.5) / 1e3, quantile(load.acknowledged, 0.99) / 1e3,
      quantile(load.acknowledged, 1) / 1e3);
  fmt::print("\n{:<26} {:>7} {:>9} {:>7} {:>7} {:>7} {:>7} {:>10} {:>6}\n",
             "report, in microseconds", "idle", "idle most", "busy", "p95", "p99", "most",
             "p99 ÷ idle", "asked");
  for (const Report& report : reports) {
    const double idle = quantile(report.idle, 0.5);
    const double p99 = quantile(report.busy, 0.99);
    fmt::print("{:<26} {:>7.0f} {:>9.0f} {:>7.0f} {:>7.0f} {:>7.0f} {:>7.0f} {:>10.1f} {:>6}\n",
               report.path, idle, quantile(report.idle, 1), quantile(report.busy, 0.5),
               quantile(report.busy, 0.95), p99, quantile(report.busy, 1), p99 / idle,
               report.busy.size());
  }
  return 0;
}

}  // namespace
}  // namespace chatreports

int main(int argc, char** argv) {
  CLI::App program("Webhooks into a running server, while reports are asked");
  std::uint16_t port = 8080;
  std::string secret;
  std::string token;
  double rate = 5'000;
  double seconds = 20;
  double reports_per_second = 100;
  std::size_t connections = 256;
  program.add_option("--port", port);
  program.add_option("--secret", secret)->required();
  program.add_option("--token", token)->required();
  program.add_option("--rate", rate);
  program.add_option("--seconds", seconds);
  program.add_option("--reports", reports_per_second);
  program.add_option("--connections", connections);
  CLI11_PARSE(program, argc, argv);
  return chatreports::run(port, secret, token, rate, seconds, connections, reports_per_second);
}
