#pragma once
// Reads the fields of an object one by one into strong types. The first error is kept and names the
// path and what is allowed; after it every read answers nothing. The caller looks once, at the end.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/fields.h"
#include "base/error.h"
#include "report/plan.h"
#include "time/rfc3339.h"

namespace chatreports::api {

// The first error of a request, shared by the readers of its levels, and how long its lists may be.
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

class FieldReader {
 public:
  // `object` and `error` are borrowed. `path` names the object in messages; empty for the root.
  FieldReader(const Object& object, std::string path, FirstError& error);

  // Nothing where the key is not there, or is null, or is of the wrong kind (which is an error).
  std::optional<bool> read_bool(std::string_view key);
  std::optional<std::string> read_text(std::string_view key);
  std::optional<Timestamp> read_time(std::string_view key);
  std::optional<std::vector<report::Value>> read_texts(std::string_view key);  // a list, not empty
  std::optional<std::vector<report::Value>> read_integers(std::string_view key);  // likewise
  // A list, not empty, of texts, of integers or of bools; from a query string, of texts.
  std::optional<std::vector<report::Value>> read_values(std::string_view key);
  std::optional<FieldReader> read_object(std::string_view key);
  // A list of objects, at most so many; only a body can have one.
  std::vector<FieldReader> read_objects(std::string_view key, std::size_t most);
  // An object whose keys are names of the asker's: each that is not null, with the object under it.
  std::vector<std::pair<std::string, FieldReader>> read_named_objects();
  std::size_t size() const { return object_->size(); }
  bool has(std::string_view key) const;
  // Whether the key came in a query string, where everything is text.
  bool is_written(std::string_view key) const;

  // From now on a longer list is an error, at every level.
  void limit_lists(std::size_t max_elements) { error_->max_elements = max_elements; }
  // Keys that have their place in another object, with their whole path.
  using Elsewhere = std::vector<std::pair<std::string, std::string>>;
  // An error where a key is there that nobody has read. It names the key that was probably meant.
  // `elsewhere` is only called then.
  void refuse_unknown_keys(Elsewhere (*elsewhere)() = nullptr);
  // The keys that were read, with their whole path.
  Elsewhere known_keys() const;

  std::string path_of(std::string_view key) const;
  void fail(std::string_view key, std::string_view what);

 private:
  const Field* find(std::string_view key);
  template <class Convert>
  std::optional<std::vector<report::Value>> read_list(std::string_view key, std::string_view kind,
                                                      Convert convert);

  const Object* object_;
  std::string path_;
  FirstError* error_;
  std::vector<std::string> known_;  // the keys that were asked for
};

}  // namespace chatreports::api
