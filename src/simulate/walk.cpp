// SPDX-License-Identifier: MPL-2.0
// Steps downhill in the penalty of contacts.
#include "simulate/walk.hpp"

#include <Eigen/Geometry>

namespace polyform::simulate {
namespace {

constexpr int most_steps = 150;
constexpr double last_step = 0.1;  // [A]
constexpr double shorter = 0.95;

Pose stepped(const Pose& pose, double step, const Freedom& freedom, refine::RandomStream& stream) {
  Pose next = pose;
  next.centre += stream.in_sphere(step);
  if (freedom.radius <= 0) return next;
  const Vec3 turn = stream.in_sphere(step / freedom.radius);
  next.rotation =
      Eigen::AngleAxisd(turn.norm(), turn.normalized()).toRotationMatrix() * pose.rotation;
  return next;
}

}  // namespace

Places moved(const Places& xyz, const Motion& motion) {
  Places result;
  result.reserve(xyz.size());
  for (const Vec3& x : xyz) result.push_back(motion(x));
  return result;
}

Fit::Fit(const Crystal& crystal, const Places& about_centre, double reach)
    : points_(about_centre), own_(crystal, reach), before_(crystal, reach) {}

void Fit::add_placed(const Places& xyz) { before_.add(xyz); }

Contacts Fit::at(const Pose& pose) {
  const Places here = moved(points_, {pose.rotation, pose.centre});
  own_.clear();
  own_.add(here);
  Contacts all = own_.of_molecule(0, here);
  all += before_.with_all(here);
  return all;
}

Pose downhill(Fit& fit, Pose pose, double step, const Freedom& freedom,
              refine::RandomStream& stream) {
  double penalty = fit.at(pose).penalty;
  for (int k = 0; k < most_steps && penalty > 0 && step > last_step; ++k) {
    const Pose trial = stepped(pose, step, freedom, stream);
    const double there = fit.at(trial).penalty;
    if (there < penalty) {
      pose = trial;
      penalty = there;
    } else {
      step *= shorter;
    }
  }
  return pose;
}

}  // namespace polyform::simulate
