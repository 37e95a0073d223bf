#pragma once
// Reads parameters one by one into strong types. The first error names the path and what is
// allowed; after it, reads return nothing. The caller checks for an error once, at the end.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/parameters.h"
#include "base/error.h"
#include "report/plan.h"
#include "time/rfc3339.h"

namespace chatreports::api {

// The first error of a request and the limit on its lists, shared by the readers of its levels.
class FirstError {
 public:
  std::size_t max_elements = SIZE_MAX;

  void set(std::string message) {
    if (!message_) message_ = std::move(message);
  }
  const std::optional<std::string>& message() const { return message_; }

 private:
  std::optional<std::string> message_;
};

class ParameterReader {
 public:
  // Borrows `object` and `error`, and the keys that are read, which are literals. `path` names the
  // object in messages; empty for the root.
  ParameterReader(const Object& object, std::string path, FirstError& error);

  // These return nothing if the key is missing or null, or of the wrong kind, which is an error.
  std::optional<bool> read_bool(std::string_view key);
  std::optional<std::string> read_text(std::string_view key);
  std::optional<std::int64_t> read_integer(std::string_view key);
  std::optional<Timestamp> read_time(std::string_view key);
  std::optional<std::vector<report::Value>> read_texts(std::string_view key);  // a list, not empty
  std::optional<std::vector<report::Value>> read_integers(std::string_view key);  // likewise
  // A list, not empty, of texts, of integers or of bools; from a query string, of texts.
  std::optional<std::vector<report::Value>> read_values(std::string_view key);
  std::optional<ParameterReader> read_object(std::string_view key);
  // Reads a list of at most `most` objects; in a query string also one object, without an index.
  std::vector<ParameterReader> read_objects(std::string_view key, std::size_t most);
  // Reads an object whose keys the client chooses: each that is not null, with the object under it.
  std::vector<std::pair<std::string, ParameterReader>> read_named_objects();
  std::size_t size() const { return object_->size(); }
  bool has(std::string_view key) const;
  // Returns whether the key came in a query string, where everything is text.
  bool is_written(std::string_view key) const;

  // Makes longer lists an error, at every level.
  void limit_lists(std::size_t max_elements) { error_->max_elements = max_elements; }
  // Keys of another object, with their whole path.
  using Elsewhere = std::vector<std::pair<std::string, std::string>>;
  // Fails if there is a key that was not read, and names the key that was probably meant. Calls
  // `elsewhere` only then.
  void refuse_unknown_keys(const std::function<Elsewhere()>& elsewhere = nullptr);
  // Takes a null under a key that is unknown here: it is absent, as under all other keys.
  void allow_null(std::string_view key);
  // Returns the keys that were read, with their whole path.
  Elsewhere known_keys() const;

  std::string path_of(std::string_view key) const;
  void fail(std::string_view key, std::string_view what);

 private:
  const Parameter* find(std::string_view key);
  template <class Convert>
  std::optional<std::vector<report::Value>> read_list(std::string_view key, std::string_view kind,
                                                      Convert convert);

  const Object* object_;
  std::string path_;
  FirstError* error_;
  std::vector<std::string_view> known_;  // the keys that were read
};

}  // namespace chatreports::api
