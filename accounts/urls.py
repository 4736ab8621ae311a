from django.urls import path

from accounts import desk, pages, views
from accounts.services import PAST

urlpatterns = [
    path("api/auth/register", views.Register.as_view(), name="register"),
    path("api/auth/login", views.SignIn.as_view(), name="login"),
    path("api/auth/refresh", views.RefreshDoor.as_view(), name="refresh"),
    path("api/auth/logout", views.SignOut.as_view(), name="logout"),
    path("api/auth/sessions", views.Devices.as_view(), name="sessions"),
    path("api/auth/sessions/<id:pk>", views.OneDevice.as_view(), name="session"),
    path("api/auth/me", views.Me.as_view(), name="me"),
    path("api/auth/me/delete", views.DeleteMe.as_view(), name="delete-me"),
    path("api/auth/change-password", views.ChangePassword.as_view(), name="change-password"),
    path("api/auth/forgot-password", views.ForgotPassword.as_view(), name="forgot-password"),
    path("api/auth/reset-password", views.ResetPassword.as_view(), name="reset-password"),
    path("api/auth/verify-email", views.VerifyEmail.as_view(), name="verify-email"),
    path("api/auth/verify-email/resend", views.ResendVerification.as_view(), name="resend-verification"),
    path("account/reset-password", pages.reset_password, name="page-reset-password"),
    path("account/verify-email", pages.verify_email, name="page-verify-email"),
    path("api/admin/users", desk.People.as_view(), name="people"),
    path("api/admin/users/pending", desk.Pending.as_view(), name="people-pending"),
    path("api/admin/users/<id:pk>", desk.OnePerson.as_view(), name="person"),
    *(path(f"api/admin/users/<id:pk>/{verb}", desk.Decide.as_view(verb=verb), name=f"person-{verb}") for verb in PAST),
]
