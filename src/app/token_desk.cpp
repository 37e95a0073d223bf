#include "app/token_desk.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace chatreports::app {
namespace {

Result<api::NewToken> as_new_token(Result<store::CreatedToken> created) {
  if (!created) return std::unexpected(std::move(created.error()));
  return api::NewToken{created->id, std::move(created->text)};
}

}  // namespace

TokenDesk::TokenDesk(std::unique_ptr<store::Tokens> tokens,
                     std::shared_ptr<const store::DataFiles> files, const Access& access)
    : files_(std::move(files)), access_(access), tokens_(std::move(tokens)) {}

Result<std::unique_ptr<TokenDesk>> TokenDesk::open(const std::string& data_folder,
                                                   std::shared_ptr<const store::DataFiles> files,
                                                   const Access& access) {
  auto tokens = store::Tokens::open(data_folder);
  if (!tokens) return std::unexpected(std::move(tokens.error()));
  return std::unique_ptr<TokenDesk>(new TokenDesk(*std::move(tokens), std::move(files), access));
}

template <class Use>
auto TokenDesk::with_file(const Use& use) -> decltype(use()) {
  const std::scoped_lock lock(mutex_);
  auto there = files_->check_access();
  if (!there) return std::unexpected(std::move(there.error()));
  auto done = use();
  there = files_->check_access();
  if (!there) return std::unexpected(std::move(there.error()));
  return done;
}

template <class Change>
auto TokenDesk::change(const Change& change) -> decltype(change()) {
  auto done = with_file(change);
  if (done) {
    // If it can't be read now, Access reads it again within a second.
    static_cast<void>(access_.refresh());
    return done;
  }
  const Error& error = done.error();
  if (error.kind != ErrorKind::invalid && error.kind != ErrorKind::not_found) {
    spdlog::error("access tokens can't be written: {}", error.message);
  }
  return done;
}

Result<std::vector<access::Token>> TokenDesk::list(LicenseId license) {
  auto tokens = with_file([this] { return tokens_->list(); });
  if (!tokens) {
    spdlog::error("access tokens can't be read: {}", tokens.error().message);
    return tokens;
  }
  std::erase_if(*tokens,
                [license](const access::Token& token) { return token.license != license; });
  return tokens;
}

Result<api::NewToken> TokenDesk::create(const access::Token& token) {
  return change([&] { return as_new_token(tokens_->create(token)); });
}

Result<api::NewToken> TokenDesk::replace(std::int64_t id, const access::Token& token, Instant end) {
  return change([&] { return as_new_token(tokens_->replace(id, token, end)); });
}

Result<void> TokenDesk::revoke(std::int64_t id) {
  return change([&] { return tokens_->revoke(id); });
}

}  // namespace chatreports::app
