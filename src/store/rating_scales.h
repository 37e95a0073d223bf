#pragma once
// The rating scales of the licences that have one (chat/rating_scale.h), in access.sqlite.

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/rating_scale.h"

namespace chatreports::store {

// One thread at a time. It may be changed while a server or an import has locked the folder.
class RatingScales {
 public:
  // As Store::open.
  static Result<std::unique_ptr<RatingScales>> open(const std::string& data_folder);
  // Returns all scales; none if there is no data folder, or no file or table for them yet. Makes
  // and changes nothing.
  static Result<std::map<LicenseId, chat::RatingScale>> read(const std::string& data_folder);
  ~RatingScales();
  RatingScales(const RatingScales&) = delete;
  RatingScales& operator=(const RatingScales&) = delete;

  // Returns all scales, or nothing if no other process has changed the file since the last call.
  Result<std::optional<std::map<LicenseId, chat::RatingScale>>> read_if_changed();
  Result<std::map<LicenseId, chat::RatingScale>> list();
  // Requires is_rating_scale. It is durable when this returns.
  Result<void> set(LicenseId license, const chat::RatingScale& scale);
  // Returns whether the licence had one.
  Result<bool> remove(LicenseId license);

 private:
  class Implementation;
  explicit RatingScales(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::store
